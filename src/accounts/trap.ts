import { trapField } from '../../views/sign-up.tsx'
import type { FieldErrors } from '../platform/errors.ts'
import { asFields, textOf } from '../platform/fields.ts'

/*
 * What fills each field of a form, and faster than people type, is a program. It is refused as people would
 * be: whose browser did that reads what to do, and sends it once more. Nothing is signed: a program that was
 * written for this board would wait, too.
 */

/** Stands in a form from when on somebody may have filled it; undefined where admins don't ask. */
export const drawnNow = (seconds: number, now = Date.now()) => (seconds > 0 ? now.toString(36) : undefined)

/** Returns since when the form that was sent has been there; undefined where it does not say that. */
function drawnIn(form: unknown, now: number): number | undefined {
  const drawn = textOf(asFields(form).drawn)
  const at = /^[0-9a-z]{8}$/.test(drawn) ? Number.parseInt(drawn, 36) : Number.NaN
  return at <= now ? at : undefined
}

/** What is said of a form that a program filled, and since when it counts as there. */
export type Trapped = { drawn: string | undefined; errors: FieldErrors }

export function trapped(form: unknown, seconds: number, now = Date.now()): Trapped {
  const at = drawnIn(form, now)
  const drawn = drawnNow(seconds, at ?? now)
  const isFilled = textOf(asFields(form)[trapField]) !== ''
  if (isFilled)
    return {
      drawn,
      errors: {
        trap: 'Something filled in a field that nobody sees, perhaps your browser. Please send this once more.',
      },
    }
  const isQuick = seconds > 0 && (at === undefined || now - at < seconds * 1_000)
  return {
    drawn,
    errors: isQuick
      ? { trap: 'This was faster than people type. Please wait some seconds, and send it once more.' }
      : {},
  }
}
