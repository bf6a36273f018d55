/** Errors by field of a form or body, each a sentence. */
export type FieldErrors = Record<string, string>

/** A link, and what stands on it. */
export type Way = { to: string; says: string }

/**
 * An answer we expect to give: a status and a sentence for the visitor. Everything else that is thrown is a
 * bug and is shown as one. Only `app.ts` turns either into an answer.
 */
export class Refusal extends Error {
  override name = 'Refusal'

  /** Where its page leads to, if not to the front page. */
  readonly on: Way | undefined

  /** Above its page, if not what its status is called. */
  readonly headline: string | undefined

  constructor(
    readonly status: number,
    message: string,
    readonly fields: FieldErrors = {},
    readonly headers: Record<string, string> = {},
  ) {
    super(message)
  }
}

/** One whose page leads to where what was refused can be had in another way. */
export class RefusalLeadingOn extends Refusal {
  constructor(
    status: number,
    message: string,
    override readonly on: Way,
    headers: Record<string, string> = {},
    override readonly headline: string | undefined = undefined,
  ) {
    super(status, message, {}, headers)
  }
}

/**
 * MySQL, or a batcher, is out of reach, too slow or takes no changes; the same request may work a moment
 * later.
 */
export class Unavailable extends Refusal {
  override name = 'Unavailable'

  /** When what was begun for it has really ended, where that is later than this. */
  readonly over: Promise<void> | undefined

  constructor(
    what: string,
    options: { cause?: unknown; reason?: string | undefined; over?: Promise<void> | undefined } = {},
  ) {
    const { reason = 'A part of the site is restarting. Please try again in a moment.', cause } = options
    super(503, reason, {}, { 'retry-after': '2' })
    this.what = what
    this.cause = cause
    this.over = options.over
  }

  readonly what: string
}
