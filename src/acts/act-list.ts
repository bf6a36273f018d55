import type { Context } from '../context.ts'
import { slicesOf } from '../http/slices.ts'
import { json, nothing } from './calls.ts'
import { inPieces, quoted } from './json-pieces.ts'
import { type Act, actCategoryById, actsOfPosts, type ListedAct, shortCategoryNames } from './queries.ts'

/** Bytes that are read from MySQL and held in memory at once, unless a single act is larger. */
const bytesAtOnce = 1024 * 1024

/**
 * Answers with a list of acts. A hundred of them may carry a hundred megabytes of pictures: what is listed
 * and how large it is comes first, the acts themselves in portions of a megabyte, each read when the client
 * has taken the one before. A category's name, which may be as large and stands in each of its acts, is read
 * once for many. What is short is answered in one piece; an act that is deleted meanwhile is left out.
 */
export async function listActs(context: Context, pages: AsyncIterator<ListedAct[]>): Promise<Response> {
  const list = await inPieces('[', elementsOf(context, portionsOf(pages)), ']')
  return list === undefined ? nothing() : json(list)
}

/** Lists that are short enough to be read at once. */
export async function* onePage(acts: ListedAct[]): AsyncGenerator<ListedAct[]> {
  if (acts.length > 0) yield acts
}

/** Page after page, each asked for with the last of the one before. */
export async function* pagesOf(
  load: (after: ListedAct | undefined) => Promise<ListedAct[]>,
): AsyncGenerator<ListedAct[]> {
  let after: ListedAct | undefined
  while (true) {
    const page = await load(after)
    if (page.length === 0) return
    yield page
    after = page.at(-1)
  }
}

async function* portionsOf(pages: AsyncIterator<ListedAct[]>): AsyncGenerator<ListedAct[]> {
  for (let page = await pages.next(); !page.done; page = await pages.next()) {
    let portion: ListedAct[] = []
    let bytes = 0
    for (const act of page.value) {
      if (portion.length > 0 && bytes + act.bytes > bytesAtOnce) {
        yield portion
        portion = []
        bytes = 0
      }
      portion.push(act)
      bytes += act.bytes
    }
    if (portion.length > 0) yield portion
  }
}

async function* elementsOf(
  context: Context,
  portions: AsyncIterable<ListedAct[]>,
): AsyncGenerator<Iterable<string>> {
  const longNameOf = longNames(context)
  for await (const portion of portions) {
    const posts = portion.map(({ postId }) => postId)
    const rows = await actsOfPosts(context.db, posts)
    const names = await shortCategoryNames(context.db, [...new Set(rows.map(({ categoryId }) => categoryId))])
    // After the rows: a total is right for any row that was read before it.
    const byPost = new Map(rows.map((act) => [act.postId, act]))
    const totals = await context.likes.totals(posts, (post) => byPost.get(post)?.likes)
    for (const act of posts.flatMap((post) => byPost.get(post) ?? [])) {
      const categoryName = names.get(act.categoryId) ?? (await longNameOf(act.categoryId))
      if (categoryName !== undefined) yield actJson(act, totals.get(act.postId) ?? act.likes, categoryName)
    }
  }
}

/** Keeps one name, of as many megabytes as it has, for the acts that follow one another in its category. */
function longNames({ db }: Context): (category: number) => Promise<string | undefined> {
  let last: { id: number; name: string } | undefined
  return async (id) => {
    if (last?.id !== id) last = await actCategoryById(db, id)
    return last?.name
  }
}

/** By hand, because an actId may have more digits than a JavaScript number keeps. */
function* actJson(act: Act, upvotes: number, categoryName: string): Generator<string> {
  yield '{"actId":'
  yield* slicesOf(act.actId)
  yield ',"username":'
  yield* quoted(act.username)
  yield `,"timestamp":${JSON.stringify(act.timestamp)},"caption":`
  yield* quoted(act.caption)
  yield `,"upvotes":${upvotes},"categoryName":`
  yield* quoted(categoryName)
  yield ',"imgB64":'
  yield* quoted(act.image)
  yield '}'
}
