import type { Context } from '../context.ts'
import { databaseAnswers } from '../health/queries.ts'
import { Refusal } from '../platform/errors.ts'
import { json, type Methods, ok, undocumented, writerOf } from './calls.ts'
import type { CallCounter } from './counter.ts'
import { described, done, number } from './operation.ts'

/** `/_count`, `/_health` and `/_crash`, which each service has and which are not counted. */
export const serviceCalls = (context: Context, counter: CallCounter): Record<string, Methods> => ({
  '/_count': {
    GET: described(async () => json(JSON.stringify([await counter.read()])), {
      summary: 'Calls to this service since the last reset',
      answers: number,
    }),
    DELETE: described(
      async ({ request }) => {
        await writerOf(context, request)
        await counter.reset()
        return ok()
      },
      { summary: 'Counts anew', answers: done },
    ),
  },
  '/_health': {
    GET: described(() => health(context), { summary: 'Can this replica serve?', answers: { 200: null } }),
  },
  // What breaks a replica is no offer to anybody.
  ...(context.config.chaos ? { '/_crash': { POST: undocumented(() => crash(context)) } } : {}),
})

async function health({ db, lifecycle }: Context): Promise<Response> {
  if (lifecycle.isDraining() || !(await databaseAnswers(db)))
    throw new Refusal(500, 'This replica is stopping.')
  return new Response(null, { headers: { 'cache-control': 'no-store' } })
}

async function crash({ lifecycle }: Context): Promise<Response> {
  lifecycle.fail()
  return new Response(null)
}
