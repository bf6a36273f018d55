import { say, translated } from '../../texts/say.ts'
import { shownTitle } from '../../views/names.ts'
import type { Context } from '../context.ts'
import { collect } from '../finding/collect.ts'
import type { Extent } from '../finding/protocol.ts'
import { type Sought, soughtBy } from '../finding/question.ts'
import { pageOf } from '../http/paging.ts'
import { items } from '../market/items.ts'
import { listing } from '../market/listing.ts'
import { Refusal, Unavailable } from '../platform/errors.ts'
import { inPortions } from '../platform/portions.ts'
import { asCards, cursorIn, listPosts } from '../posts/list.ts'
import { type Tag, tagsLike } from '../tags/queries.ts'
import { likeOf } from '../text/like.ts'
import { wordsOf } from '../text/markdown.ts'
import {
  type Fault,
  isSearchable,
  longestQuestion,
  mostFilters,
  piecesIn,
  type Wanted,
  wantedIn,
} from '../text/question.ts'
import { foldedTag } from '../text/tags.ts'
import { around, marked, type Part } from './highlight.ts'
import { commentsWithIds, type FoundMember, membersLike } from './queries.ts'

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

type Order = 'new' | 'best'

export type Found = {
  q: string
  isComments: boolean
  order: Order
  /** There is something in it that texts can be found by. */
  isSearchable: boolean
  /** What of it was not looked for, or why nothing was. */
  problems: string[]
  /** Nobody searches at the moment. */
  isAway: boolean
  /** How much of the board was searched; undefined where nothing was looked for. */
  extent: Extent | undefined
  hits: Hit[]
  /** Names of what is in the market. */
  items: string[]
  members: FoundMember[]
  tags: Tag[]
  isFirstPage: boolean
  nextCursor: string | undefined
}

/** `before`: where the page before ended. */
export type SearchQuery = { q: string; isComments: boolean; order: Order; before: string | undefined }

const hitsShown = 20
const namesShown = 8

/**
 * Returns what is found for a question: texts with all of it, the newest or the best first, items with its
 * words in their names, members and tags that begin like it.
 */
export async function search(
  context: Context,
  request: Request,
  { q: typed, isComments, order, before }: SearchQuery,
): Promise<Found> {
  const characters = [...typed.toWellFormed().trim()]
  const q = characters.slice(0, longestQuestion).join('')
  const { wanted, faults } = wantedIn(q)
  const cursor = before === undefined ? undefined : cursorIn(before, order)
  const problems = faults.map((fault) => saysOfFault[fault]())
  if (characters.length > longestQuestion)
    problems.push(say('A question has at most {longest} characters.', { longest: longestQuestion }))

  const [texts, names] = await Promise.all([
    isSearchable(wanted)
      ? textsFound(context, request, { wanted, isComments, order, cursor })
      : { ...nothing, problem: undefined, isAway: false },
    q === '' || cursor ? nobody : namesLike(context, q, wanted),
  ])
  const words = piecesIn(wanted)
  return {
    q,
    isComments,
    order,
    isSearchable: isSearchable(wanted),
    problems: texts.problem === undefined ? problems : [...problems, texts.problem],
    isAway: texts.isAway,
    extent: texts.extent,
    hits: await inPortions(texts.found, (text) => asHit(text, words, isComments)),
    ...names,
    isFirstPage: cursor === undefined || !isSearchable(wanted),
    nextCursor: texts.nextCursor,
  }
}

const saysOfFault: Record<Fault, () => string> = {
  words: () => say('This is long: only its first ten words were looked for.'),
  long: () => say('This is long: only its beginning was looked for.'),
  filters: () => say('Only the first {n} filters were taken.', { n: mostFilters }),
  day: () => say('before: and after: want a day, such as 2026-11-29.'),
}

type FoundText = {
  id: number
  title: string
  body: string
  author: string | null
  authorId: number | null
} & Pick<Hit, 'avatar' | 'createdAt'>

type FoundTexts = { found: FoundText[]; nextCursor: string | undefined; extent: Extent | undefined }

type Asked = {
  wanted: Wanted
  isComments: boolean
  order: Order
  cursor: ReturnType<typeof cursorIn>
}

/** Nothing, and the reason, where nobody has one of the names in the question, or nobody searches. */
async function textsFound(
  context: Context,
  request: Request,
  { wanted, isComments, order, cursor }: Asked,
): Promise<FoundTexts & { problem: string | undefined; isAway: boolean }> {
  const find = isComments ? commentsFound : postsFound
  try {
    const sought = await soughtBy(context, wanted)
    const found = await find(context, { sought, order, cursor, request })
    return { ...found, problem: undefined, isAway: false }
  } catch (error) {
    const isAway = error instanceof Unavailable && error.what === 'search'
    if (!isAway && !(error instanceof Refusal && error.status === 422)) throw error
    return { ...nothing, problem: translated(error.message), isAway }
  }
}

type Search = { sought: Sought; order: Order; cursor: Asked['cursor']; request: Request }

async function postsFound(context: Context, { sought, order, cursor, request }: Search): Promise<FoundTexts> {
  const { posts, nextCursor, extent } = await listPosts(context, {
    ...{ sought, sort: order, limit: hitsShown, text: 'full', likes: 'stored', signal: request.signal },
    ...(cursor && { cursor }),
  })
  return { found: await asCards(posts), nextCursor, extent }
}

async function commentsFound(
  context: Context,
  { sought, order, cursor, request }: Search,
): Promise<FoundTexts> {
  const behind = cursor && { score: cursor.place, id: cursor.id }
  const criteria = { ...sought, kind: 'comment' as const, sort: order, behind, limit: hitsShown + 1 }
  const found = await collect(context, criteria, (ids) => commentsWithIds(context.db, ids), request.signal)
  const { rows, last } = pageOf(found.rows, hitsShown)
  return {
    found: await inPortions(rows, (comment) => ({ ...comment, body: wordsOf(comment.body) })),
    nextCursor: last && (order === 'best' ? `${last.place}-${last.id}` : `${last.id}`),
    extent: found.extent,
  }
}

const nothing: FoundTexts = { found: [], nextCursor: undefined, extent: undefined }
const nobody = { items: [], members: [], tags: [] }

async function namesLike(context: Context, q: string, wanted: Wanted) {
  const { db } = context
  const start = q.replace(/^[#@]/, '')
  if (start === '') return nobody
  const [found, members, tags] = await Promise.all([
    itemsWith(context, wanted),
    q.startsWith('#') ? [] : membersLike(db, likeOf(start), namesShown),
    q.startsWith('@') ? [] : tagsLike(db, likeOf(foldedTag(start)), namesShown),
  ])
  return { items: found, members, tags }
}

/** Items have neither an author nor a day. */
async function itemsWith(context: Context, { terms, authors, categories, from, until }: Wanted) {
  const isNarrowed = authors.length + categories.length > 0 || from !== undefined || until !== undefined
  if (isNarrowed || terms.length === 0) return []
  const { value } = await items(context)
  const q = terms.map(({ text }) => text).join(' ')
  return listing(value, { q, category: '', sort: 'name', inStock: false, page: 1 }, namesShown).items.map(
    ({ name }) => name,
  )
}

const asHit = (found: FoundText, words: ReturnType<typeof piecesIn>, isComment: boolean): Hit => ({
  id: found.id,
  address: isComment ? `/comments/${found.id}` : `/posts/${found.id}`,
  title: marked(shownTitle(found.title), words),
  text: marked(around(found.body, words), words),
  author: found.author,
  authorId: found.authorId,
  avatar: found.avatar,
  createdAt: found.createdAt,
})
