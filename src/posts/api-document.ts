import { largestLimit, usualLimit } from '../http/paging.ts'
import { bodyOf, changeOf, documented, listOf, ref } from '../openapi/documented.ts'

const category = { type: 'string', minLength: 1, maxLength: 60 }
const title = { type: 'string', minLength: 1, maxLength: 200 }
const body = { type: 'string', minLength: 1, maxLength: 20_000 }

const image = {
  type: 'string',
  format: 'binary',
  description:
    'JPEG, PNG, WebP or GIF of at most 10 MB and 40 megapixels. Kept as WebP, without what else was in it.',
}
const alt = {
  type: 'string',
  maxLength: 300,
  description: 'What the picture shows, for those who cannot see it.',
}

const hotness =
  'hot: 100 * log10(1 + likes) + seconds since year 0 / 450, so ten times the likes are worth 12.5 hours of age.'

/** How the routes of posts stand in the document. */
export const documentedPosts = {
  listPosts: documented({
    tag: 'posts',
    summary: 'A page of posts',
    query: {
      category: { type: 'string', description: 'Only in this category; 404 where there is none.' },
      user: { type: 'string', description: 'Only of this author; 404 where there is none.' },
      tag: { type: 'string', description: 'Only with this hashtag in their text, without its #.' },
      q: {
        type: 'string',
        description: 'Only with all these words, ten at most, in title or text; a word may go on.',
      },
      sort: {
        enum: ['new', 'top', 'hot'],
        default: 'new',
        description: `top: most likes first. ${hotness} Both follow likes within half a minute after they reached the database.`,
      },
      before: { type: 'string', description: 'From the Link header of the page before.' },
      limit: {
        type: 'integer',
        minimum: 1,
        maximum: largestLimit,
        default: usualLimit,
        description: 'Posts.',
      },
    },
    gives: { 200: listOf(ref('Post')) },
    headers: { Link: 'The next page, rel="next".' },
    refuses: [404, 422],
  }),
  addPost: documented({
    tag: 'posts',
    summary: 'Writes a post, with a picture when it is sent as a form',
    needs: 'member',
    takes: bodyOf({ category, title, body }, ['category', 'title', 'body']),
    takesForm: bodyOf({ category, title, body, image, alt }, ['category', 'title', 'body']),
    gives: { 201: ref('Post') },
    headers: { Location: 'Where it is.' },
    isOnce: true,
  }),
  post: documented({
    tag: 'posts',
    summary: 'One post',
    gives: { 200: ref('Post'), 304: null },
    headers: { ETag: 'For If-None-Match.' },
    refuses: [404],
  }),
  changePost: documented({
    tag: 'posts',
    summary: 'Changes a post of one’s own',
    description: 'What is left out stays as it is. Admins may change any.',
    needs: 'member',
    takes: changeOf({ category, title, body }),
    gives: { 200: ref('Post') },
    refuses: [403, 404],
    isConditional: true,
  }),
  removePost: documented({
    tag: 'posts',
    summary: 'Removes a post of one’s own, or as an admin any other one, with a reason',
    needs: 'member',
    query: { reason: { type: 'string', description: 'From an admin: why. It stands where the post was.' } },
    gives: { 204: null },
    refuses: [403, 404, 422],
    isConditional: true,
  }),
}
