/** Something a person has to mend; the message says all they need, no stack trace. */
export class UserError extends Error {
  override name = 'UserError'
}
