import { PostPage } from '../../views/post.tsx'
import type { Viewer } from '../accounts/queries.ts'
import { hasToConfirm } from '../announcements/service.ts'
import type { Context } from '../context.ts'
import { type PageContext, pageContextFor, siteOf } from '../http/page-context.ts'
import { idParam } from '../http/params.ts'
import { likedByNames, withMine } from '../likes/service.ts'
import type { Source } from '../platform/cache.ts'
import type { FieldErrors } from '../platform/errors.ts'
import type { Post } from '../posts/queries.ts'
import { postAt } from '../posts/service.ts'
import { isToConfirm } from '../settings/pins.ts'
import { htmlOf, wordsOf } from '../text/markdown.ts'
import { withoutPiles } from '../text/seen.ts'
import { noteRead } from '../unread/service.ts'
import { threadsOfPost } from './service.ts'
import type { Thread } from './threads.ts'

const longestSummary = 200
/** Of a text, what its first words are looked for in. */
const summedUp = 1_000

/** A post's own page, with its threads from where the address says, or with a comment that was refused. */
export async function drawPost(
  context: Context,
  request: Request,
  id: string,
  typed?: { body: string; errors: FieldErrors },
): Promise<{ page: unknown; source: Source }> {
  const cursor = idParam(request, 'from')
  const { post: stored, source } = await postAt(context, id)
  const post = stored.isAct ? { ...stored, body: withoutPiles(stored.body) } : stored
  const pageContext = await pageContextFor(context, request)
  const threads = await threadsOfPost(context, post, cursor)
  const { viewer, look } = pageContext
  const asks = isToConfirm(look.pins, post.id)
  const page = PostPage({
    ...(await withLikes(context, pageContext, post)),
    ...{ pageContext, threads, typed, isFurtherDown: cursor !== undefined, site: siteOf(request) },
    isReadOnly: viewer !== undefined && !writesIn(context, post.categoryId, viewer),
    ...{ asks, isAsked: asks && (await hasToConfirm(context, viewer, post.id)) },
    once: crypto.randomUUID(),
    html: post.isAct ? undefined : htmlOf(post.body),
    summary: summaryOf(post),
  })
  // Who has not come to the end has not read what is new there.
  if (threads.next === undefined) noteRead(context, viewer, post.id, newestIn(threads))
  return { page, source }
}

const writesIn = ({ doors }: Context, id: number, viewer: Viewer) =>
  doors.writable([{ id }], viewer).length > 0

/** The highest id of the comments that are shown; 0 where there is none. */
const newestIn = ({ threads }: { threads: Thread[] }): number =>
  Math.max(0, ...threads.map(({ comment, replies }) => Math.max(comment.id, newestIn({ threads: replies }))))

async function withLikes(context: Context, { viewer }: PageContext, shown: Post) {
  const [post = shown] = await withMine(context, viewer, [shown])
  return { post, likedBy: await likedByNames(context, viewer, post) }
}

function summaryOf({ body, isAct }: Post): string {
  const start = body.slice(0, summedUp).toWellFormed()
  const words = isAct ? start : wordsOf(start)
  return words.length <= longestSummary ? words : `${words.slice(0, longestSummary).toWellFormed()}…`
}
