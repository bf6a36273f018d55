import type { Context } from '../context.ts'
import { json, nothing } from './calls.ts'
import { type Act, actsOfPosts, type ListedAct } from './queries.ts'

/** What is read from MySQL and held in memory at once, in bytes, unless a single act is larger. */
const bytesAtOnce = 1024 * 1024

/**
 * Answers with a list of acts. A hundred of them may carry a hundred megabytes of pictures: what is listed and how
 * large it is comes first, the acts themselves in portions of a megabyte, each read when the client has taken the one
 * before. What fits into one portion is answered in one piece; an act that is deleted meanwhile is left out.
 */
export async function listActs(context: Context, pages: AsyncIterator<ListedAct[]>): Promise<Response> {
  const parts = jsonOf(context, portionsOf(pages))
  const first = await parts.next()
  if (first.done) return nothing()

  const second = await parts.next()
  if (second.done) return json(`[${first.value}]`)

  const bytes = new TextEncoder()
  const waiting = [`[${first.value}`, `,${second.value}`]
  return json(
    new ReadableStream({
      async pull(stream) {
        const next = waiting.shift()
        if (next !== undefined) return stream.enqueue(bytes.encode(next))
        const { done, value } = await parts.next()
        stream.enqueue(bytes.encode(done ? ']' : `,${value}`))
        if (done) stream.close()
      },
    }),
  )
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

/** The elements of each portion, with commas between them. */
async function* jsonOf(context: Context, portions: AsyncIterable<ListedAct[]>): AsyncGenerator<string> {
  for await (const portion of portions) {
    const posts = portion.map(({ postId }) => postId)
    const rows = await actsOfPosts(context.db, posts)
    // After the rows: a total is right for any row that was read before it.
    const totals = await context.likes.totals(posts)
    const byPost = new Map(rows.map((act) => [act.postId, act]))
    const acts = posts.flatMap((post) => byPost.get(post) ?? [])
    const text = acts.map((act) => actJson(act, totals.get(act.postId) ?? act.likes)).join(',')
    if (text !== '') yield text
  }
}

/** By hand, because an actId may have more digits than a JavaScript number keeps. */
function actJson(act: Act, upvotes: number): string {
  const { username, timestamp, caption, categoryName, image } = act
  const rest = JSON.stringify({ username, timestamp, caption, upvotes, categoryName, imgB64: image })
  return `{"actId":${act.actId},${rest.slice(1)}`
}
