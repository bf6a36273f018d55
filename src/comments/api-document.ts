import { largestLimit, usualLimit } from '../http/paging.ts'
import { bodyOf, changeOf, documented, listOf, ref } from '../openapi/operation.ts'
import { longestComment } from './draft.ts'

const body = { type: 'string', minLength: 1, maxLength: longestComment, description: 'Markdown.' }

const parent = { type: ['integer', 'null'], minimum: 1, description: 'The comment that this one answers.' }

/** How comments stand in the document. */
export const documentedComments = {
  list: documented({
    tag: 'comments',
    summary: 'A page of the comments on a post',
    description: 'In the order in which they were written, so what a reply answers comes before it.',
    query: {
      after: {
        type: 'string',
        pattern: '^(0|[1-9]\\d{0,15})$',
        description: 'From the Link header of the page before.',
      },
      limit: {
        type: 'integer',
        minimum: 1,
        maximum: largestLimit,
        default: usualLimit,
        description: 'Comments.',
      },
    },
    gives: { 200: listOf(ref('Comment')) },
    headers: { Link: 'The next page, rel="next".' },
    refuses: [404, 410, 422],
  }),
  add: documented({
    tag: 'comments',
    summary: 'Writes a comment',
    needs: 'member',
    takes: bodyOf({ body, parent }, ['body']),
    gives: { 201: ref('Comment') },
    headers: { Location: 'Where it is.' },
    refuses: [404, 410],
    isOnce: true,
  }),
  comment: documented({
    tag: 'comments',
    summary: 'One comment',
    gives: { 200: ref('Comment'), 304: null },
    headers: { ETag: 'For If-None-Match.' },
    refuses: [404],
  }),
  change: documented({
    tag: 'comments',
    summary: 'Changes a comment of one’s own',
    description: 'Admins may change any.',
    needs: 'member',
    takes: changeOf({ body }),
    gives: { 200: ref('Comment') },
    refuses: [403, 404, 410],
    isConditional: true,
  }),
  remove: documented({
    tag: 'comments',
    summary: 'Removes a comment of one’s own, or as an admin any other one, with a reason',
    description: 'One with replies stays, without its text and author; so does one that an admin removes.',
    needs: 'member',
    query: {
      reason: { type: 'string', description: 'From an admin: why. It stands where the comment was.' },
    },
    gives: { 204: null },
    refuses: [403, 404, 410, 422],
    isConditional: true,
  }),
}
