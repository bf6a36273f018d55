import { type Static, Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { adminOf } from '../accounts/access.ts'
import type { Context } from '../context.ts'
import { idIn } from '../http/params.ts'
import { created, gone, refuseStale, unkept } from '../http/respond.ts'
import { operation } from '../openapi/operation.ts'
import { readBody } from '../openapi/read.ts'
import { changeOf, id, object, time } from '../openapi/schema.ts'
import { Refusal } from '../platform/errors.ts'
import { writtenIn } from '../platform/fields.ts'
import type { WholeWindow } from './queries.ts'
import { errorsOf, type WindowDraft } from './read-window.ts'
import { orderWindow, serializeWindow } from './schema.ts'
import { addWindow, changeWindow, removeWindow, windowOrRefuse } from './service.ts'

/** Order windows for the programs of admins. */
export const windowsAdminApi = (context: Context) => {
  const expectedBy = (request: Request) => (now: WholeWindow) => refuseStale(request, serializeWindow(now))
  const idOf = (text: string) => idIn(text, 'There is no such window.')

  return new Elysia({ name: 'windows-admin-api' })
    .post(
      '/api/orders/windows',
      async ({ request }) => {
        const admin = await adminOf(context, request)
        const fields = await readBody(request, operations.add)
        const added = await addWindow(context, admin, draftOrRefuse(fields))
        return created(`/api/orders/windows/${added.id}`, serializeWindow(added))
      },
      operations.add,
    )
    .patch(
      '/api/orders/windows/:id',
      async ({ params, request }) => {
        const admin = await adminOf(context, request)
        const number = idOf(params.id)
        await windowOrRefuse(context.db, number)
        const fields = await readBody(request, operations.change)
        const expected = expectedBy(request)
        const changed = await changeWindow(context, admin, number, (now) => {
          expected(now)
          return draftOrRefuse({ ...serializeWindow(now), ...fields })
        })
        return unkept(serializeWindow(changed))
      },
      operations.change,
    )
    .delete(
      '/api/orders/windows/:id',
      async ({ params, request }) => {
        const admin = await adminOf(context, request)
        await removeWindow(context, admin, idOf(params.id), expectedBy(request))
        return gone()
      },
      operations.remove,
    )
}

type Fields = Omit<Static<typeof orderWindow>, 'id' | 'pickups'> & { pickups: Static<typeof pickup>[] }

/** Throws a 422 that says what is wrong where. */
function draftOrRefuse({ name, opensAt, closesAt, timeZone, pickups }: Fields): WindowDraft {
  const draft: WindowDraft = {
    ...{ name: writtenIn(name), opensAt: new Date(opensAt), closesAt: new Date(closesAt), timeZone },
    pickups: pickups.map((each) => ({
      ...{ id: each.id, place: writtenIn(each.place) },
      ...{ startsAt: new Date(each.startsAt), endsAt: new Date(each.endsAt) },
    })),
  }
  const errors = errorsOf(draft)
  if (Object.keys(errors).length > 0)
    throw new Refusal(422, 'Something in this request cannot be taken as it is.', errors)
  return draft
}

const pickup = object(
  { id: t.Optional(id), place: t.String(), startsAt: time, endsAt: time },
  { additionalProperties: false },
)
const fields = {
  name: t.String(),
  opensAt: time,
  closesAt: time,
  timeZone: t.String(),
  pickups: t.Array(pickup, { description: 'Those that are left out are gone; one without an id is new.' }),
}

const operations = {
  add: operation({
    tag: 'orders',
    summary: 'Adds an order window: for admins',
    description: 'One window is open at a time.',
    needs: 'admin',
    body: object(fields, { additionalProperties: false }),
    answers: { 201: orderWindow },
    problems: [409],
  }),
  change: operation({
    tag: 'orders',
    summary: 'Changes an order window, or closes it by when it ends: for admins',
    description: 'What is left out stays as it is.',
    needs: 'admin',
    body: changeOf(fields),
    answers: { 200: orderWindow },
    problems: [404, 409],
    isConditional: true,
  }),
  remove: operation({
    tag: 'orders',
    summary: 'Removes an order window that nobody ordered in: for admins',
    needs: 'admin',
    answers: { 204: null },
    problems: [404, 409],
    isConditional: true,
  }),
}
