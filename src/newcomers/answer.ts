import { json, notKept } from '../http/respond.ts'
import { id, object } from '../openapi/schema.ts'

/** A text that waits for moderators, as a program is told. */
export const waitingSchema = object(
  { waiting: { ...id, description: 'It waits for moderators, by this number in /api/held.' } },
  { $id: 'Waiting' },
)

/** 202: taken, and not on the board yet. */
export const waits = (held: number) => json({ waiting: held }, notKept, 202)
