import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields } from '../platform/fields.ts'

/** Stands in a form for the texts that it was filled with. */
export const versionOf = (...texts: string[]) => Bun.hash(JSON.stringify(texts)).toString(36)

/**
 * Refuses a form that was filled with another version than there is now: two tabs would overwrite one
 * another.
 * @throws Refusal 409, about the field `at`
 */
export function refuseOvertaken(form: unknown, now: string, at = 'body'): void {
  const { version } = asFields(form)
  if (typeof version !== 'string' || version === now) return
  const says = 'This was changed meanwhile, perhaps in another tab. Saving again replaces what it says now.'
  throw new Refusal(409, says, { [at]: says })
}

/** Returns what is wrong with the form where `change` refuses it for that; undefined where it is done. */
export async function overtakenBy(change: () => Promise<unknown>): Promise<FieldErrors | undefined> {
  try {
    await change()
    return undefined
  } catch (error) {
    if (error instanceof Refusal && error.status === 409 && Object.keys(error.fields).length > 0)
      return error.fields
    throw error
  }
}

/** Returns what is wrong with the form, when that is why it was refused. */
export const overtakenErrors = (error: unknown) =>
  error instanceof Refusal && error.status === 409 && error.fields.body ? error.fields : undefined
