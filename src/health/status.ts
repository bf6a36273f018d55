import { Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { type Hour, LastHour } from '../../views/last-hour.tsx'
import { StatusPage, StatusPanel } from '../../views/status.tsx'
import { adminOf } from '../accounts/access.ts'
import type { Context } from '../context.ts'
import { readObject } from '../http/json.ts'
import { isFragmentRequest, pageContextFor } from '../http/page-context.ts'
import { gone, respond, unkept } from '../http/respond.ts'
import { operation } from '../openapi/operation.ts'
import { count, nullOr, object, oneOf, time } from '../openapi/schema.ts'
import { Refusal } from '../platform/errors.ts'
import { requestRates, valuesOf } from './last-hour.ts'
import { healthOf } from './servers.ts'
import type { SiteState, SiteStatus } from './site-status.ts'

/** How the whole site is, as the scaler sees it: a page that follows it for people, JSON for programs. */
export const status = (context: Context) =>
  new Elysia({ name: 'status' })
    .get('/status', async ({ request, set }) => {
      await refuseStrangers(context, request)
      set.headers['cache-control'] = 'no-store'
      set.headers.vary = 'Accept, HX-Request'
      const part = new URL(request.url).searchParams.get('part')
      if (part === 'hour' && isFragmentRequest(request)) return LastHour({ hour: await hourOf(context) })
      const found = await statusOf(context)
      return respond(
        { request, set },
        {
          page: async () =>
            StatusPage({
              pageContext: await pageContextFor(context, request),
              status: found,
              hour: await hourOf(context),
            }),
          fragment: () => StatusPanel({ status: found }),
          data: () => found,
        },
      )
    })
    .get(
      '/api/status',
      async ({ request }) => {
        await refuseStrangers(context, request)
        return unkept(await statusOf(context))
      },
      readStatus,
    )
    .get('/inner/pulses', async ({ request }) => {
      refuseVisitors(request)
      return context.watch.heartbeats()
    })
    .put(
      '/inner/status',
      async ({ request }) => {
        refuseVisitors(request)
        const state = (await readObject(request)) as SiteState
        await context.watch.publish(state)
        await context.lastHour.note(state, () => waitingLikes(context))
        return gone()
      },
      { parse: 'none' },
    )

async function statusOf({ config, db, watch, likes, search, unavailable }: Context): Promise<SiteStatus> {
  const [missing, site, batchers, servers, found] = await Promise.all([
    unavailable(),
    watch.read(),
    likes.stats(),
    db.servers(),
    search.state(),
  ])
  const parted = batchers.flatMap((stats) => (stats?.parted ? [String(stats.name)] : []))
  return {
    servedBy: config.name,
    missing,
    parted,
    shortOfRoom: shortOfRoom(batchers),
    database: healthOf(servers),
    search: found ?? null,
    site: site ?? null,
  }
}

async function hourOf({ lastHour }: Context): Promise<Hour> {
  const moments = await lastHour.read()
  return {
    requests: requestRates(moments),
    responseMs: valuesOf(moments, 'responseMs'),
    replicas: valuesOf(moments, 'replicas'),
    waiting: valuesOf(moments, 'waiting'),
  }
}

/** Of all batchers; null while one of them does not say. */
async function waitingLikes({ likes }: Context): Promise<number | null> {
  const waiting = (await likes.stats()).map((stats) => Number(stats?.waiting))
  return waiting.some(Number.isNaN) ? null : waiting.reduce((sum, each) => sum + each, 0)
}

/** The alert AgoraDiskShort has the same number. */
const shortBelowMb = 2_000

function shortOfRoom(batchers: (Record<string, unknown> | undefined)[]): SiteStatus['shortOfRoom'] {
  return batchers.flatMap((stats) => {
    const megabytes = Math.floor(Number(stats?.journalFreeBytes) / 1e6)
    return megabytes < shortBelowMb ? [{ batcher: String(stats?.name), megabytes }] : []
  })
}

/** It shows the inside as `/logs` does, so the same people may see it. */
async function refuseStrangers(context: Context, request: Request): Promise<void> {
  if (context.config.logs !== 'public') await adminOf(context, request)
}

/** HAProxy lets this header come from its bind for operators alone. */
function refuseVisitors(request: Request): void {
  if (request.headers.get('x-operator') !== 'yes') throw new Refusal(404, 'There is nothing at this address.')
}

const readStatus = operation({
  tag: 'ops',
  summary: 'How the whole site is: processes, their load, what the scaler decided last',
  answers: {
    200: object(
      {
        servedBy: t.String(),
        missing: t.Array(t.String(), { description: 'What this replica does not reach.' }),
        parted: t.Array(t.String(), {
          description: 'Batchers that take no likes, because their journal and MySQL disagree.',
        }),
        shortOfRoom: t.Array(object({ batcher: t.String(), megabytes: count }), {
          description: 'Batchers whose disk has less than 2,000 MB left.',
        }),
        database: nullOr(
          object({
            state: oneOf(['whole', 'one away', 'apart', 'stopped']),
            servers: t.Array(
              object({
                host: t.String(),
                role: oneOf(['primary', 'secondary', 'away']),
                group: t.Optional(object({ online: count, members: count })),
                waiting: nullOr(count),
              }),
            ),
          }),
          { description: 'Servers of MySQL with one content. null where there is one.' },
        ),
        search: nullOr(
          object({
            built: t.Number({ minimum: 0, maximum: 1, description: 'How much of the board it has read.' }),
            asOf: nullOr(time, { description: 'It has all changes up to then.' }),
            texts: t.Record(t.String(), count),
          }),
          { description: 'The index that finds words. null while nobody searches.' },
        ),
        site: nullOr(t.Object({}), {
          description:
            'What the scaler reports: scaling, processes, decisions. null while it reports nothing.',
        }),
      },
      { $id: 'SiteStatus' },
    ),
  },
  problems: [401, 403],
})
