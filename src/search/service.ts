import type { Context } from '../context.ts'
import { maxId, pageOf } from '../http/paging.ts'
import type { Limits } from '../platform/db.ts'
import { inPortions } from '../platform/portions.ts'
import { asCards, bounded, cursorIn, listPosts } from '../posts/list.ts'
import { whatIsHidden } from '../removal/hidden.ts'
import { type Tag, tagsLike } from '../tags/queries.ts'
import { wordsOf } from '../text/markdown.ts'
import { booleanQuery, likeOf, mostWords, wordsIn } from '../text/search-words.ts'
import { foldedTag } from '../text/tags.ts'
import { around, marked, type Part } from './highlight.ts'
import { commentsWith, type FoundMember, membersLike } from './queries.ts'

/** A post or comment that was found. */
export type Hit = {
  id: number
  address: string
  title: Part[]
  text: Part[]
  author: string | null
  authorId: number | null
  avatar: string | null
  createdAt: string
}

export type Found = {
  q: string
  isComments: boolean
  /** There is a word in it that texts can be found by. */
  isSearchable: boolean
  /** There is more in it than is looked for. */
  isTooLong: boolean
  hits: Hit[]
  members: FoundMember[]
  tags: Tag[]
  isFirstPage: boolean
  nextCursor: string | undefined
}

/** `cursor`: the id of the last hit of the page before. */
export type SearchQuery = { q: string; isComments: boolean; cursor: string | undefined }

const hitsShown = 20
const namesShown = 8
const longestQuery = 200

/**
 * What is found for some words: texts with all of them, newest first, members and tags that begin like them.
 */
export async function search(
  context: Context,
  request: Request,
  { q: typed, isComments, cursor }: SearchQuery,
): Promise<Found> {
  const characters = [...typed.toWellFormed().trim()]
  const q = characters.slice(0, longestQuery).join('')
  const words = wordsIn(q)
  const marks = words.slice(0, mostWords)
  const query = booleanQuery(q)
  const textsWith = isComments ? commentsFound : postsFound
  const { texts, names } = await bounded(context, request, async (limits) => ({
    texts: query ? await textsWith(context, query, cursor, limits) : nothing,
    names: q === '' || cursor ? nobody : await namesLike(context, q, limits),
  }))

  const hits = await inPortions(texts.found, (text) => asHit(text, marks, isComments))
  const isTooLong = characters.length > longestQuery || words.length > mostWords
  return {
    q,
    isComments,
    isSearchable: query !== undefined,
    isTooLong,
    hits,
    ...names,
    isFirstPage: cursor === undefined || query === undefined,
    nextCursor: texts.nextCursor,
  }
}

type FoundText = {
  id: number
  title: string
  body: string
  author: string | null
  authorId: number | null
} & Pick<Hit, 'avatar' | 'createdAt'>

type FoundTexts = { found: FoundText[]; nextCursor: string | undefined }
type TextSearch = (
  context: Context,
  words: string,
  cursor: string | undefined,
  limits: Limits,
) => Promise<FoundTexts>

const postsFound: TextSearch = async (context, words, before, limits) => {
  const cursor = before === undefined ? undefined : cursorIn(before, 'new')
  const { posts, nextCursor } = await listPosts(
    context,
    { words, cursor, limit: hitsShown, text: 'full', likes: 'stored' },
    (load) => load(limits),
  )
  return { found: await asCards(posts), nextCursor }
}

const commentsFound: TextSearch = async (context, words, cursor = maxId, limits) => {
  const hidden = await whatIsHidden(context)
  const { rows, last } = pageOf(
    await commentsWith(context.db, words, cursor, hitsShown + 1, hidden, limits),
    hitsShown,
  )
  const found = await inPortions(rows, (comment) => ({ ...comment, body: wordsOf(comment.body) }))
  return { found, nextCursor: last && `${last.id}` }
}

const nothing: FoundTexts = { found: [], nextCursor: undefined }
const nobody = { members: [], tags: [] }

async function namesLike({ db }: Context, q: string, limits: Limits) {
  const start = q.replace(/^[#@]/, '')
  if (start === '') return nobody
  const [members, tags] = await Promise.all([
    q.startsWith('#') ? [] : membersLike(db, likeOf(start), namesShown, limits),
    q.startsWith('@') ? [] : tagsLike(db, likeOf(foldedTag(start)), namesShown, limits),
  ])
  return { members, tags }
}

const asHit = (found: FoundText, words: string[], isComment: boolean): Hit => ({
  id: found.id,
  address: isComment ? `/comments/${found.id}` : `/posts/${found.id}`,
  title: marked(found.title, words),
  text: marked(around(found.body, words), words),
  author: found.author,
  authorId: found.authorId,
  avatar: found.avatar,
  createdAt: found.createdAt,
})
