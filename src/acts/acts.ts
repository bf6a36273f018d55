import { invalidatedBy } from '../cache-policy.ts'
import { countPosts } from '../categories/queries.ts'
import type { Context } from '../context.ts'
import { refuseReaders } from '../doors/refuse.ts'
import { idempotencyKey } from '../http/idempotency/idempotency.ts'
import { refusalOfWaiting } from '../newcomers/service.ts'
import { isDuplicate, isMissingParent, type Sql } from '../platform/db.ts'
import { Refusal, Unavailable } from '../platform/errors.ts'
import { sha256 } from '../platform/sha256.ts'
import { unhurried } from '../platform/trace.ts'
import { insertPost } from '../posts/queries.ts'
import { removePostThroughActsApi } from '../posts/removal.ts'
import { refuseSilent } from '../sanctions/refuse.ts'
import { isSeen, withoutPiles } from '../text/seen.ts'
import { listActs, pagesOf } from './act-list.ts'
import { type Call, created, json, mayActFor, ok, refuseUnless, signerOf, writerOf } from './calls.ts'
import { actIdIn, base64In, exactFields, isActId, momentIn, onlyElement, textIn } from './fields.ts'
import { actPlace, countOfActs, freeActId, insertAct, newestActsBy, postOfAct } from './queries.ts'
import { onlyUserHeader } from './users.ts'

/** `POST /acts` */
export async function addAct(context: Context, { request, body }: Call): Promise<Response> {
  const writer = await writerOf(context, request)
  const act = actIn(await body())
  refuseUnless(mayActFor(writer, act.username), 'An act can be uploaded in your own name only.')

  const { categoryId, authorId, isTaken } = await actPlace(
    context.db,
    act.categoryName,
    act.username,
    act.actId,
  )
  if (isTaken) throw new Refusal(409, 'This actId is in use.')
  if (categoryId === null) throw new Refusal(404, 'There is no such category.')
  if (!(await isListed(context, act.username))) throw new Refusal(404, 'There is no such user.')

  const refuseWaiting = await refusalOfWaiting(context, writer, { body: act.caption })
  const storing = () => store(context, act, { categoryId, authorId, refuseWaiting })
  await (bytesOf(act) > longBytes ? unhurried(storing) : storing())
  return created()
}

/** Who uploads an act of more bytes knows that it takes long. */
const longBytes = 1024 * 1024

type NewAct = ReturnType<typeof actIn>

const fieldNames = ['actId', 'username', 'timestamp', 'caption', 'categoryName', 'imgB64'] as const

function actIn(body: unknown) {
  const fields = exactFields(body, fieldNames)
  return {
    actId: actIdIn(fields.actId),
    username: textIn(fields.username),
    moment: momentIn(fields.timestamp),
    caption: textIn(fields.caption),
    categoryName: textIn(fields.categoryName),
    image: base64In(fields.imgB64),
  }
}

/**
 * Asks the users service as every other client does: through the balancer, now; for this name alone, because
 * the whole list may have many megabytes. From a users service that knows nothing of that comes the whole
 * list.
 */
async function isListed({ config }: Context, username: string): Promise<boolean> {
  const response = await fetch(`${config.balancerUrl}/api/v1/users`, {
    headers: {
      origin: new URL(config.balancerUrl).origin,
      [onlyUserHeader]: sha256(username),
    },
    signal: AbortSignal.timeout(usersWithinMs),
  }).catch((cause) => {
    throw new Unavailable('users', { cause })
  })
  if (response.status === 204) return false
  if (!response.ok) throw new Unavailable('users', { cause: new Error(`users answered ${response.status}`) })
  const names: unknown = await response.json()
  return Array.isArray(names) && names.includes(username)
}

const usersWithinMs = 5_000

type Place = { categoryId: number; authorId: number | null; refuseWaiting: (sql: Sql) => Promise<void> }

async function store(
  { db, cache, live }: Context,
  act: NewAct,
  { categoryId, authorId, refuseWaiting }: Place,
): Promise<void> {
  const { actId, username, moment, caption, image } = act
  const id = await db
    .transaction(
      async (sql) => {
        await refuseWaiting(sql)
        if (!(await countPosts(sql, categoryId, { posts: 1, acts: 1 }, authorId))) {
          await refuseSilent(sql, authorId)
          await refuseReaders(sql, categoryId, authorId)
          throw new Refusal(404, 'The category or the user is gone.')
        }
        await freeActId(sql, actId)
        const postId = await insertPost(sql, { categoryId, authorId, title: titleOf(caption), body: caption })
        const content = { timestamp: moment.text, moment: moment.order, image, bytes: bytesOf(act) }
        await insertAct(sql, { postId, actId, categoryId, username, ...content })
        return postId
      },
      [`category ${categoryId}`, ...(authorId === null ? [] : [`writer ${authorId}`])],
    )
    .catch((error) => {
      if (isDuplicate(error)) throw new Refusal(409, 'This actId is in use.')
      if (isMissingParent(error)) throw new Refusal(404, 'The category or the user is gone.')
      throw error
    })
  await cache.invalidate(invalidatedBy.postAddedOrChanged({ id, categoryId, authorId }))
  live.publish({ kind: 'post', id, categoryId, authorId })
}

/** About as many as a listing has to read. */
const bytesOf = ({ caption, username, image }: NewAct) => caption.length + username.length + image.length

const longestTitle = 200

/**
 * Returns what an act is called on the board: its caption in one line, as it is seen, cut where a title must
 * end.
 */
function titleOf(caption: string): string {
  const start = withoutPiles(caption.slice(0, 2_000).toWellFormed())
    .replaceAll(/[\p{White_Space}\p{Cc}]+/gu, ' ')
    .trim()
  const characters = [...start]
  const isWhole = characters.length <= longestTitle
  const shown = isWhole ? start : characters.slice(0, longestTitle - 1).join('')
  if (!isSeen(shown)) return 'Untitled'
  return isWhole ? shown : `${shown}…`
}

/** `DELETE /acts/:actId` */
export async function removeAct(
  context: Context,
  { request, params: { actId = '' } }: Call,
): Promise<Response> {
  const writer = await writerOf(context, request)
  const post = await postOrRefuse(context, actId)
  refuseUnless(
    !writer || writer.role === 'admin' || writer.id === post.authorId,
    'Only who uploaded it may do this.',
  )

  await removePostThroughActsApi(context, writer ?? (await signerOf(context, request)), post)
  return ok()
}

async function postOrRefuse({ db }: Context, actId: string) {
  const post = isActId(actId) ? await postOfAct(db, actId) : undefined
  if (!post) throw new Refusal(404, 'There is no such act.')
  return post
}

/** `POST /acts/upvote`. Under LIKES=once an upvote is its token's member's, and there is one of each. */
export async function upvote(context: Context, { request, body }: Call): Promise<Response> {
  const writer = await writerOf(context, request)
  const post = await postOrRefuse(context, actIdIn(onlyElement(await body())))

  const key = () => ({ id: idempotencyKey(request) })
  if (context.config.likes === 'open') await context.likes.add(post.id, key())
  else if (writer) await context.likes.set(post.id, writer.id, true, key())
  else throw new Refusal(401, 'Likes are counted once a member: this needs a token.')
  return ok()
}

/** `GET /acts/count` */
export const countActs = async ({ db }: Context): Promise<Response> =>
  json(JSON.stringify([await countOfActs(db)]))

/** `GET /list_act_user/:username` */
export const actsOfUser = (context: Context, { params: { username = '' } }: Call): Promise<Response> =>
  listActs(
    context,
    pagesOf((after) => newestActsBy(context.db, username, after, 100)),
  )
