import { sha256 } from '../platform/sha256.ts'

/**
 * An address that mail can be sent to. Nothing else is ever put beside a mail's `To`, and `addressIn` lets
 * neither a line break nor a comma through: no header can be added and no second recipient.
 */
export type MailAddress = string & { readonly isMailAddress: unique symbol }

/** As long as the path in a mail's envelope may be, RFC 5321, 4.5.3.1.3. */
const longestAddress = 254

/** What browsers take in `<input type=email>`: https://html.spec.whatwg.org/#valid-e-mail-address. */
const rule =
  /^[\w.!#$%&'*+/=?^`{|}~-]+@[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)*$/i

/** The address that somebody typed; undefined when it is none. */
export function addressIn(text: string): MailAddress | undefined {
  const typed = text.trim()
  return typed.length <= longestAddress && rule.test(typed) ? (typed as MailAddress) : undefined
}

/**
 * By what an address is found and counted, as hexadecimal digits. Nobody has two mailboxes that differ in
 * case alone, though RFC 5321 allows it.
 */
export const keyOfAddress = (address: MailAddress) => sha256(address.toLowerCase())
