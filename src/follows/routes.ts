import { type Static, Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { FollowPage, FollowsPage } from '../../views/follows.tsx'
import { memberOf } from '../accounts/access.ts'
import { forgetViewer } from '../accounts/sessions.ts'
import type { Context } from '../context.ts'
import { signInPath } from '../http/local-path.ts'
import { pageContextFor, seeOther, viewerIn } from '../http/page-context.ts'
import { idIn } from '../http/params.ts'
import { gone, refuseUntagged, unkept } from '../http/respond.ts'
import { lockWriter } from '../newcomers/queries.ts'
import { operation } from '../openapi/operation.ts'
import { readBody } from '../openapi/read.ts'
import { id as idSchema, object, oneOf } from '../openapi/schema.ts'
import { Refusal } from '../platform/errors.ts'
import { asFields, textOf } from '../platform/fields.ts'
import {
  deleteFollow,
  type Followable,
  type FollowLevel,
  followable,
  followedBy,
  levelOf,
  mutedBeside,
  refusesToFollow,
  refuseToFollow,
  type Subject,
  setLevel,
  stopRefusing,
  subjectOf,
} from './queries.ts'

/** Of each kind; who follows more finds it where it is. */
const mostListed = 200

/** What a member follows, and how. Pages only lead here, so that none looks up whether it is followed. */
export const follows = (context: Context) =>
  new Elysia({ name: 'follows' })
    .get('/follows', async ({ request }) => {
      const pageContext = await pageContextFor(context, request)
      const viewer = viewerIn(pageContext)
      if (!viewer) return seeOther(signInPath(request))
      const followed = await Promise.all(
        followable.map(async (kind) => ({
          kind,
          subjects: await followedBy(context.db, viewer.id, kind, mostListed),
        })),
      )
      const isRefusing = await refusesToFollow(context.db, viewer.id)
      return FollowsPage({ pageContext, followed, isRefusing })
    })

    .post('/follows/threads', async ({ body, request }) => {
      const viewer = await memberOf(context, request)
      const isWanted = textOf(asFields(body).wanted) === 'on'
      await (isWanted ? stopRefusing : refuseToFollow)(context.db, viewer.id)
      return seeOther('/follows')
    })

    .get('/follows/:kind/:id', async ({ params, request }) => {
      const pageContext = await pageContextFor(context, request)
      const viewer = viewerIn(pageContext)
      if (!viewer) return seeOther(signInPath(request))
      const { kind, subject } = await subjectAt(context, params)
      const level = await levelOf(context.db, viewer.id, kind, subject.id)
      return FollowPage({ pageContext, kind, subject, level })
    })

    .post('/follows/:kind/:id', async ({ params, body, request }) => {
      const viewer = await memberOf(context, request)
      const { kind, subject } = await subjectAt(context, params)
      const level = levelIn(kind, textOf(asFields(body).level))
      await follow(context, viewer.id, kind, subject.id, level)
      return seeOther(`/follows/${kind}/${subject.id}`)
    })

    .get(
      '/api/follows',
      async ({ request }) => {
        const viewer = await memberOf(context, request)
        const lists = await Promise.all(
          followable.map(async (kind) =>
            (await followedBy(context.db, viewer.id, kind, mostListed)).map((each) => ({ kind, ...each })),
          ),
        )
        return unkept(lists.flat() satisfies Static<typeof followSchema>[])
      },
      operations.list,
    )

    .put(
      '/api/follows/:kind/:id',
      async ({ params, request }) => {
        const viewer = await memberOf(context, request)
        const { kind, subject } = await subjectAt(context, params)
        refuseUntagged(request)
        const { level } = await readBody(request, operations.follow)
        const chosen = levelIn(kind, level)
        if (chosen) await follow(context, viewer.id, kind, subject.id, chosen)
        return unkept({ kind, ...subject, level })
      },
      operations.follow,
    )

    .delete(
      '/api/follows/:kind/:id',
      async ({ params, request }) => {
        const viewer = await memberOf(context, request)
        const { kind, subject } = await subjectAt(context, params)
        refuseUntagged(request)
        await follow(context, viewer.id, kind, subject.id, undefined)
        return gone()
      },
      operations.unfollow,
    )

/** Their ids are in what each page knows of who reads it. */
const mostMuted = 1_000

/** Pages of a member know whom they have muted, so these are drawn anew. Throws a 409 for one too many. */
async function follow(
  context: Context,
  member: number,
  kind: Followable,
  subject: number,
  level: FollowLevel | undefined,
): Promise<void> {
  if (level === undefined) await deleteFollow(context.db, member, kind, subject)
  else if (kind === 'member' && level === 'mute') await mute(context, member, subject)
  else await setLevel(context.db, member, kind, subject, level)
  if (kind === 'member') await forgetViewer(context, member)
}

/** Those that a member mutes at the same moment are counted one after the other. */
const mute = ({ db }: Context, member: number, subject: number): Promise<unknown> =>
  db.transaction(async (sql) => {
    await lockWriter(sql, member)
    if ((await mutedBeside(sql, member, subject)) >= mostMuted)
      throw new Refusal(409, 'At most 1,000 members can be muted. Let one of them go first.')
    await setLevel(sql, member, 'member', subject, 'mute')
  })

async function subjectAt(
  { db }: Context,
  { kind, id }: { kind: string; id: string },
): Promise<{ kind: Followable; subject: Subject }> {
  const known = followable.find((each) => each === kind)
  const says = 'There is no such thing to follow.'
  const subject = known && (await subjectOf(db, known, idIn(id, says)))
  if (!known || !subject) throw new Refusal(404, says)
  return { kind: known, subject }
}

/** Returns the level that a form chose; undefined is none. Of a post there are no other posts to follow. */
function levelIn(kind: Followable, typed: string): FollowLevel | undefined {
  if (typed === 'none') return undefined
  if (typed === 'all' || typed === 'mute' || (typed === 'posts' && kind !== 'post')) return typed
  throw new Refusal(422, 'Choose how you follow it.')
}

const level = oneOf(['all', 'posts', 'mute'], {
  description:
    '`all`: one is told of every new post and comment. `posts`: of new posts, where it is no post. `mute`: of nothing, and on pages what a muted member wrote is folded away.',
})

const followSchema = object(
  { kind: oneOf(followable), id: idSchema, name: t.String(), level },
  { $id: 'Follow' },
)

const ofOne = { tag: 'notices', needs: 'member', problems: [404, 422], isConditional: true } as const

const operations = {
  list: operation({
    tag: 'notices',
    summary: 'What one follows or has muted',
    description: 'Of each kind the newest 200.',
    needs: 'member',
    answers: { 200: t.Array(followSchema) },
  }),
  follow: operation({
    ...ofOne,
    summary: 'Follows a post, category, tag or member, or mutes it',
    description: 'At most 1,000 members can be muted: else 409.',
    problems: [404, 409, 422],
    body: object({ level }),
    answers: { 200: followSchema },
  }),
  unfollow: operation({
    ...ofOne,
    summary: 'Follows it no more, nor mutes it',
    answers: { 204: null },
  }),
}
