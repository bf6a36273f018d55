/** Something a person has to mend; the message says all they need, no stack trace. */
export class Trouble extends Error {
  override name = 'Trouble'
}
