import { type Static, Type as t } from '@sinclair/typebox'
import { id, object, time } from '../openapi/schema.ts'
import type { WholeWindow } from './queries.ts'

export const orderWindow = object(
  {
    id,
    name: t.String(),
    opensAt: time,
    closesAt: time,
    timeZone: t.String({ description: 'Of the IANA’s data base, such as Europe/Berlin.' }),
    pickups: t.Array(object({ id, place: t.String(), startsAt: time, endsAt: time })),
  },
  { $id: 'OrderWindow' },
)

/** Returns a window as the API has it. */
export const serializeWindow = ({ pickups, ...window }: WholeWindow): Static<typeof orderWindow> => ({
  ...window,
  pickups: pickups.map(({ id, place, startsAt, endsAt }) => ({ id, place, startsAt, endsAt })),
})
