import type { Context } from '../context.ts'
import type { Limits } from '../platform/db.ts'
import { inPortions } from '../platform/portions.ts'
import { rankedPosts } from '../posts/lists/queries.ts'
import { fromTheTop } from '../posts/queries.ts'
import { whatIsHidden } from '../removal/hidden.ts'
import { type Tag, tagsLike } from '../tags/queries.ts'
import { wordsOf } from '../text/markdown.ts'
import { foldedTag } from '../text/tags.ts'
import { booleanQuery, mostWords, wordsIn } from '../text/words.ts'
import { bounded } from './bounded.ts'
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
  /** The `before` of the page after this one. */
  older: number | undefined
}

export type Sought = { q: string; isComments: boolean; before: string | undefined }

const hitsShown = 20
const namesShown = 8
const longestQuery = 200

/** What is found for some words: texts with all of them, newest first, members and tags that begin like them. */
export async function search(
  context: Context,
  request: Request,
  { q: typed, isComments, before }: Sought,
): Promise<Found> {
  const characters = [...typed.toWellFormed().trim()]
  const q = characters.slice(0, longestQuery).join('')
  const words = wordsIn(q)
  const marks = words.slice(0, mostWords)
  const query = booleanQuery(q)
  const texts = isComments ? foundComments : foundPosts
  const { hits, names } = await bounded(context, request, async (limits) => ({
    hits: query ? await texts(context, query, before, limits) : [],
    names: q === '' || before ? nobody : await namesLike(context, q, limits),
  }))

  const shown = await inPortions(hits.slice(0, hitsShown), (hit) => asHit(hit, marks, isComments))
  const older = hits.length > hitsShown ? shown.at(-1)?.id : undefined
  const isTooLong = characters.length > longestQuery || words.length > mostWords
  return { q, isComments, isSearchable: query !== undefined, isTooLong, hits: shown, ...names, older }
}

type FoundText = {
  id: number
  title: string
  body: string
  author: string | null
  authorId: number | null
} & Pick<Hit, 'avatar' | 'createdAt'>

const foundPosts = async (
  { cache, db }: Context,
  words: string,
  before: string | undefined,
  limits: Limits,
) => {
  const from = before === undefined ? undefined : { place: Number(before), id: Number(before) }
  const nothingElse = {
    category: undefined,
    author: undefined,
    hidden: await whatIsHidden({ cache, db }),
  }
  const wanted = { sort: 'new' as const, words, ...nothingElse, before: from, limit: hitsShown + 1 }
  const posts = await rankedPosts(db, wanted, limits)
  return inPortions(posts, ({ isAct, ...post }) => ({
    ...post,
    body: isAct ? post.body : wordsOf(post.body),
  }))
}

const foundComments = async ({ cache, db }: Context, words: string, before = fromTheTop, limits: Limits) => {
  const hidden = await whatIsHidden({ cache, db })
  return inPortions(await commentsWith(db, words, before, hitsShown + 1, hidden, limits), (each) => ({
    ...each,
    body: wordsOf(each.body),
  }))
}

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

/** A pattern for what begins exactly so. */
/** What LIKE takes for all that begins so. */
export const likeOf = (start: string) => `${start.replaceAll(/[\\%_]/g, '\\$&')}%`

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
