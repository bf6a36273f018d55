import { Refusal } from '../platform/errors.ts'
import { isId } from '../platform/fields.ts'

/** Returns the id in an address. Throws a 404 that says `noSuchThing` for what is none. */
export function idIn(text: string, noSuchThing: string): number {
  if (!isId(text)) throw new Refusal(404, noSuchThing)
  return Number(text)
}

/** Returns the id that a parameter of the query names, if it is one. */
export function idParam(request: Request, name: string): string | undefined {
  const value = new URL(request.url).searchParams.get(name) ?? ''
  return isId(value) ? value : undefined
}
