import { Type as t } from '@sinclair/typebox'
import { object } from '../openapi/schema.ts'

/** The code that goes with a password. */
export const code = t.Optional(
  t.String({ description: 'Of a member with a second factor: of their app, or a recovery code.' }),
)

/** Calls that change who somebody is need the password once more. */
export const confirmation = object({ password: t.String({ description: 'Your own, once more.' }), code })
