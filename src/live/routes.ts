import { Elysia } from 'elysia'
import { signInKeyOf, viewerOf } from '../accounts/sessions.ts'
import type { Context } from '../context.ts'
import { readingAs } from '../doors/reader.ts'
import { Refusal } from '../platform/errors.ts'
import { isId } from '../platform/fields.ts'
import { readablePosts } from '../removal/queries.ts'
import type { OpenedBy } from './broker.ts'
import type { Subscription } from './subscription-groups.ts'

const mostPosts = 100
const mostLists = 4

/**
 * `GET /live?posts=3,7&lists=posts.7`: a stream of what changes on a page that shows these posts, and these
 * lists with their newest entry. Its events, each with a line of JSON:
 *
 * - `likes`: a list of `[post, total, version]`. First how things stand, then what changes.
 * - `news`: `{topic, kind, ids}`, something new in a list.
 * - `beat`: that the stream is still there.
 * - `notices`: with `&me`, how many notices the member whose cookie it is has not read.
 *
 * `away=long` asks for all totals, also of posts that nobody liked lately.
 */
export const live = (context: Context) =>
  new Elysia({ name: 'live' }).get('/live', async ({ request }) => {
    const query = new URL(request.url).searchParams
    const asked = subscriptionIn(query)
    if (request.method === 'HEAD') return new Response(null, { headers })
    const subscription = await audibleTo(context, asked)
    const member = query.has('me') ? await openedBy(context, request) : undefined
    const stream = context.live.open(subscription, query.get('away') === 'long', member)
    if (!stream) throw new Refusal(503, 'There is no room for another stream.', {}, { 'retry-after': '10' })

    const signIn = signInKeyOf(request)
    const isOfMember = context.config.read === 'members' || member !== undefined
    if (signIn && (isOfMember || context.doors.inside().length > 0))
      context.live.guard(signIn, stream, () => mayStillHear(context, request, subscription, isOfMember))

    return new Response(stream.body, { headers })
  })

/**
 * Leaves out what the reader may not read: as if it was not there. A subscription is long, so what is asked
 * of MySQL here is asked only where some category is not for everybody.
 */
async function audibleTo(context: Context, { posts, lists }: Subscription): Promise<Subscription> {
  if (context.doors.closed().length === 0) return { posts, lists }
  const shut = await context.doors.shut()
  const threads = lists.flatMap(({ topic }) => Number(/^comments:(\d+)$/.exec(topic)?.[1] ?? []))
  const named = [...posts, ...threads]
  const readable = new Set(named.length > 0 ? await readablePosts(context.db, named) : [])
  return {
    posts: posts.filter((post) => readable.has(post)),
    lists: lists.filter(({ topic }) => {
      const [name, id = ''] = topic.split(':')
      if (name === 'comments') return readable.has(Number(id))
      return name !== 'category' || !shut.includes(Number(id))
    }),
  }
}

/** `isOfMember`: it is nothing for who has signed out. While nobody can say, they may. */
async function mayStillHear(
  context: Context,
  request: Request,
  heard: Subscription,
  isOfMember: boolean,
): Promise<boolean> {
  try {
    const viewer = await viewerOf(context, request)
    if (!viewer && isOfMember) return false
    const audible = await readingAs(context.doors.readerOf(viewer), () => audibleTo(context, heard))
    return audible.posts.length === heard.posts.length && audible.lists.length === heard.lists.length
  } catch (error) {
    return !(error instanceof Refusal) || error.status === 503
  }
}

/** Whoever it is whose number is followed; nobody while that cannot be looked up. */
async function openedBy(context: Context, request: Request): Promise<OpenedBy | undefined> {
  const viewer = await viewerOf(context, request).catch(() => undefined)
  return viewer?.unread === undefined ? undefined : { id: viewer.id, unread: viewer.unread }
}

/** Nobody on the way keeps it, changes it or waits for its end. */
const headers = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
}

function subscriptionIn(query: URLSearchParams): Subscription {
  const posts = partsOf(query.get('posts'))
  const lists = partsOf(query.get('lists')).map((part) => /^(posts|\w+:(\d+))\.(\d+)$/.exec(part) ?? [])
  const isRight =
    posts.every(isId) &&
    posts.length <= mostPosts &&
    lists.every(([, , id = '1', after = '']) => isId(id) && (after === '0' || isId(after))) &&
    lists.length <= mostLists
  if (!isRight) throw new Refusal(422, 'This is nothing that a page of ours shows.')
  return {
    posts: posts.map(Number),
    lists: lists.map(([, topic = '', , after]) => ({ topic, after: Number(after) })),
  }
}

const partsOf = (list: string | null) => (list ? [...new Set(list.split(','))].sort() : [])
