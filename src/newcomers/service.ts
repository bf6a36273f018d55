import { say } from '../../texts/say.ts'
import { keepsOrder } from '../../views/keeps-order.ts'
import type { Viewer } from '../accounts/queries.ts'
import type { Context } from '../context.ts'
import type { Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { type Newcomers, newcomersIn } from '../settings/newcomers.ts'
import { settingsOf } from '../settings/service.ts'
import { linksIn } from '../words/matcher.ts'
import { foundIn } from '../words/service.ts'
import { type HoldCause, insertHeld, lockWriter, type NewHeld, textsLately, textsOf } from './queries.ts'

/** What somebody is about to write. */
type Text = { title?: string; body: string; alt?: string | undefined; hasPicture?: boolean }

/**
 * Whether a text waits for moderators, in the transaction that stores it: why, or undefined. Throws a 422 or
 * a 429 for what a new member may not write yet.
 */
type Admission = (sql: Sql) => Promise<HoldCause | undefined>

const admitted: Admission = async () => undefined

/**
 * Looks at a text before it is stored. Where admins have set nothing, and for who keeps order, it asks
 * nothing. Throws a 422 for what holds something that the board does not take.
 */
export async function admissionOf(context: Context, author: Viewer, text: Text): Promise<Admission> {
  const { NEWCOMERS, WORDS } = await settingsOf(context)
  if ((!NEWCOMERS && !WORDS) || keepsOrder(author)) return admitted
  const found = WORDS ? await foundIn(context, WORDS, wholeOf(text)) : undefined
  if (found?.effect === 'refuse') throw notTaken()
  const asked = newcomersIn(NEWCOMERS)
  return async (sql) => {
    // What waits is counted after this.
    if (found) await lockWriter(sql, author.id)
    const cause = (await askedOfNew(sql, author.id, asked, text)) ?? (found && 'words')
    if (cause !== undefined && text.hasPicture)
      throw atField('image', 'A text that waits for moderators takes no picture yet.')
    return cause
  }
}

/**
 * The same for what cannot wait: returns what throws a 422 for a text that would, in the transaction that
 * stores it. Nobody is asked where anybody may write in any name.
 */
export async function refusalOfWaiting(
  context: Context,
  author: Viewer | undefined,
  text: Text,
): Promise<(sql: Sql) => Promise<void>> {
  const admission = author ? await admissionOf(context, author, text) : admitted
  return async (sql) => {
    if ((await admission(sql)) !== undefined)
      throw new Refusal(422, 'This would wait for a moderator. Please write it on the board itself.')
  }
}

/**
 * The same for a text that is changed, which cannot wait either: who has so few texts that they wait changes
 * none. Throws a 422.
 */
export async function refuseChange(context: Context, author: Viewer, text: Text): Promise<void> {
  const { NEWCOMERS, WORDS } = await settingsOf(context)
  if ((!NEWCOMERS && !WORDS) || keepsOrder(author)) return
  if (WORDS && (await foundIn(context, WORDS, wholeOf(text)))) throw notTaken()
  const { hold, links } = newcomersIn(NEWCOMERS)
  const most = Math.max(hold, links)
  if (most === 0) return
  const texts = await textsOf(context.db, author.id, most)
  refuseLinks(texts, links, text)
  if (texts < hold)
    throw atField(
      'body',
      say('You may change texts when so many of yours are on the board: {needed}. Now there are {texts}.', {
        ...{ needed: hold, texts },
      }),
    )
}

/** On lines of their own, so that no phrase begins in one and ends in another. */
const wholeOf = ({ title = '', body, alt = '' }: Text) => [title, alt, body].join('\n\n')

async function askedOfNew(
  sql: Sql,
  author: number,
  { hold, links, pace, until }: Newcomers,
  text: Text,
): Promise<HoldCause | undefined> {
  const most = Math.max(hold, links, pace > 0 ? until : 0)
  if (most === 0) return undefined
  await lockWriter(sql, author)
  const texts = await textsOf(sql, author, most)
  refuseLinks(texts, links, text)
  if (pace > 0 && texts < until && (await textsLately(sql, author, pace)) >= pace)
    throw new Refusal(
      429,
      say('You are new here, and may write so many texts in an hour: {n}. Please wait a while.', { n: pace }),
      {},
      { 'retry-after': '3600' },
    )
  return texts < hold ? 'first' : undefined
}

function refuseLinks(texts: number, needed: number, { title = '', body }: Text): void {
  if (texts >= needed || linksIn(`${title}\n\n${body}`).length === 0) return
  throw atField(
    'body',
    say(
      'You may write links when so many texts of yours are on the board: {needed}. Now there are {texts}.',
      { needed, texts },
    ),
  )
}

const atField = (field: string, says: string) => new Refusal(422, says, { [field]: says })

const notTaken = () =>
  atField('body', 'This holds words, or leads to a place, that this board does not take.')

/** Of one member. */
const mostWaiting = 20

/** Puts a text where it waits for moderators. Returns by what the request is known that sent it. */
export async function holdText(sql: Sql, held: NewHeld): Promise<string> {
  const id = await insertHeld(sql, held, mostWaiting)
  if (id === undefined)
    throw new Refusal(
      429,
      say('You have {most} texts that wait for moderators. Please wait for them.', { most: mostWaiting }),
      {},
      { 'retry-after': '3600' },
    )
  return `held ${id}`
}

/** Returns the number of a text that waits, of what a request made. */
export const heldIn = (result: string | number): number | undefined =>
  typeof result === 'string' ? Number(result.split(' ')[1]) : undefined

/** What a member may not do yet, and how far they are. */
export type NotYet = { asked: Newcomers; texts: number }

/** Undefined where the board asks nothing, and of who keeps order. */
export async function notYetOf(context: Context, member: Viewer): Promise<NotYet | undefined> {
  const { NEWCOMERS, WORDS } = await settingsOf(context)
  if ((!NEWCOMERS && !WORDS) || keepsOrder(member)) return undefined
  const asked = newcomersIn(NEWCOMERS)
  const most = Math.max(asked.hold, asked.links, asked.pace > 0 ? asked.until : 0)
  return { asked, texts: most === 0 ? 0 : await textsOf(context.db, member.id, most) }
}
