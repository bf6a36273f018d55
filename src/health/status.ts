import { Elysia } from 'elysia'
import { StatusPage, StatusPanel } from '../../views/status.tsx'
import { adminOf } from '../accounts/access.ts'
import type { Context } from '../context.ts'
import { readObject } from '../http/json.ts'
import { frameFor, isFragmentRequest } from '../http/page-context.ts'
import { documented, ref } from '../openapi/operation.ts'
import { Refusal } from '../platform/errors.ts'
import type { SiteState, SiteStatus } from './site-status.ts'

/** How the whole site is, as the scaler sees it: a page that follows it for people, JSON for programs. */
export const status = (context: Context) =>
  new Elysia({ name: 'status' })
    .get('/status', async ({ request, set }) => {
      await refuseStrangers(context, request)
      set.headers['cache-control'] = 'no-store'
      set.headers.vary = 'Accept, HX-Request'
      const found = await statusOf(context)
      if (isFragmentRequest(request)) return StatusPanel({ status: found })
      if (!/\btext\/html\b/.test(request.headers.get('accept') ?? '')) return found
      return StatusPage({ frame: await frameFor(context, request), status: found })
    })
    .get(
      '/api/status',
      async ({ request, set }) => {
        await refuseStrangers(context, request)
        set.headers['cache-control'] = 'no-store'
        return statusOf(context)
      },
      described,
    )
    .get('/inner/pulses', async ({ request }) => {
      refuseVisitors(request)
      return context.watch.heartbeats()
    })
    .put(
      '/inner/status',
      async ({ request, set }) => {
        refuseVisitors(request)
        const state = await readObject(request)
        await context.watch.publish(state as SiteState)
        set.status = 204
      },
      { parse: 'none' },
    )

async function statusOf({ config, watch, likes, unavailable }: Context): Promise<SiteStatus> {
  const [gone, site, batchers] = await Promise.all([unavailable(), watch.read(), likes.stats()])
  const parted = batchers.flatMap((stats) => (stats?.parted ? [String(stats.name)] : []))
  return {
    servedBy: config.name,
    missing: gone,
    parted,
    shortOfRoom: shortOfRoom(batchers),
    site: site ?? null,
  }
}

/** The alert AgoraDiskShort has the same number. */
const shortBelowMb = 2_000

function shortOfRoom(batchers: (Record<string, unknown> | undefined)[]): SiteStatus['shortOfRoom'] {
  return batchers.flatMap((stats) => {
    const megabytes = Math.floor(Number(stats?.journalFreeBytes) / 1e6)
    return megabytes < shortBelowMb ? [{ batcher: String(stats?.name), megabytes }] : []
  })
}

/** It tells of the inside as `/logs` does, so the same people may see it. */
async function refuseStrangers(context: Context, request: Request): Promise<void> {
  if (context.config.logs !== 'public') await adminOf(context, request)
}

/** HAProxy lets this header come from its bind for operators alone. */
function refuseVisitors(request: Request): void {
  if (request.headers.get('x-operator') !== 'yes') throw new Refusal(404, 'There is nothing at this address.')
}

const described = documented({
  tag: 'ops',
  summary: 'How the whole site is: processes, their load, what the scaler decided last',
  gives: { 200: ref('SiteStatus') },
  refuses: [401, 403],
})
