import { language, say } from '../../texts/say.ts'
import { memberAt, shownName, shownTitle } from '../../views/names.ts'
import { memberById, type Viewer } from '../accounts/queries.ts'
import { commentThere } from '../comments/service.ts'
import type { Context } from '../context.ts'
import { networkOf } from '../http/network.ts'
import { idIn } from '../http/params.ts'
import { addressIn } from '../mail/address.ts'
import { itemById } from '../market/queries.ts'
import { avatarOf } from '../members/queries.ts'
import type { Sql } from '../platform/db.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, textOf, writtenIn } from '../platform/fields.ts'
import { sha256 } from '../platform/sha256.ts'
import { postAt } from '../posts/service.ts'
import { isSeen } from '../text/seen.ts'
import {
  insertReport,
  isReportedBy,
  type NewReport,
  openReportsOf,
  type Reportable,
  type ReportReason,
  reportable,
  reportReasons,
} from './queries.ts'

export const longestReport = 1_000

/** Reports of one member, or address, that wait for moderators. */
const mostOpen = 20

/** Reports of one thing that do, of as many members and addresses: whoever acts on it answers them all. */
const mostOfThing = 1_000

/** What somebody reports, by its name, and where it is; its picture is reported alone, too. */
export type Reported = { kind: Reportable; id: number; name: string; place: string; hasPicture: boolean }

/** Returns what is to be reported, if whoever asks may see it. Throws a 404, or a 410 for what is hidden. */
export async function reportedAt(context: Context, kindText: string, id: string): Promise<Reported> {
  const kind = reportable.find((each) => each === kindText)
  if (!kind) throw new Refusal(404, 'There is no such page.')
  switch (kind) {
    case 'post': {
      const { post } = await postAt(context, id)
      const [name, hasPicture] = [shownTitle(post.title), post.imageHash !== null]
      return { kind, id: post.id, name, place: `/posts/${post.id}`, hasPicture }
    }
    case 'comment': {
      const comment = await commentThere(context, id)
      const { post } = await postAt(context, `${comment.postId}`)
      const [name, place] = [shownTitle(post.title), `/comments/${comment.id}`]
      return { kind, id: comment.id, name, place, hasPicture: false }
    }
    case 'item': {
      const item = await itemById(context.db, idIn(id, 'There is no such item.'))
      if (!item) throw new Refusal(404, 'There is no such item.')
      return { kind, id: item.id, name: item.name, place: '/market', hasPicture: false }
    }
    case 'member': {
      const member = await memberById(context.db, `${idIn(id, 'There is no such member.')}`)
      if (!member) throw new Refusal(404, 'There is no such member.')
      const [name, place] = [shownName(member.name), memberAt(member.name, member.id)]
      const avatar = await avatarOf(context.db, member.id)
      return { kind, id: member.id, name, place, hasPicture: avatar !== null }
    }
  }
}

export type TypedReport = { reason: string; text: string; address: string; of: string }

/** What of a thing is reported alone. */
export const parts = ['picture'] as const

export type ReportDraft = { reason: ReportReason; body: string; address: string | null }

/**
 * Reads a report: as it was typed, as it is stored, and what is wrong with it, by field. Its first words tell
 * moderators that it is of a picture alone.
 */
export function readReport(sent: unknown): { typed: TypedReport; errors: FieldErrors; draft: ReportDraft } {
  const fields = asFields(sent)
  const typed = {
    ...{ reason: textOf(fields.reason), text: textOf(fields.text) },
    ...{ address: textOf(fields.address).trim(), of: textOf(fields.of) },
  }
  const reason = reportReasons.find((each) => each === typed.reason)
  const text = writtenIn(typed.text)
  const isOfPicture = typed.of === 'picture'
  const body = isOfPicture ? say('About the picture alone: {text}', { text }) : text
  const address = typed.address === '' ? null : addressIn(typed.address)
  const errors: FieldErrors = {
    ...(reason ? {} : { reason: 'Say what is wrong with it.' }),
    ...bodyErrors(text, body),
    ...(address === undefined ? { address: 'This is no address for mail.' } : {}),
  }
  return { typed, errors, draft: { reason: reason ?? 'other', body, address: address ?? null } }
}

/** Throws a 422 for a report of a picture where there is none. */
export function refusePictureless({ hasPicture }: Reported, { of }: TypedReport): void {
  if (of !== '' && !hasPicture) throw new Refusal(422, 'It has no picture.', { of: 'It has no picture.' })
}

/** `body`: the text as it is stored. */
function bodyErrors(text: string, body: string): FieldErrors {
  if ([...body].length > longestReport)
    return { text: say('At most {longest} characters.', { longest: longestReport }) }
  if (body.includes('\0') || !body.isWellFormed()) return { text: 'This holds half a character, or none.' }
  return isSeen(text) ? {} : { text: 'Say it in a sentence.' }
}

/** Who reports. */
export type Reporter = { id: number | null; key: string }

/**
 * Who sent this request, by account or by address. Of the address only a hash is stored, with a secret in it,
 * as long as the report waits.
 */
export function reporterOf({ config }: Context, request: Request, viewer: Viewer | undefined): Reporter {
  const who = viewer ? `member ${viewer.id}` : `address ${networkOf(request)}`
  return { id: viewer?.id ?? null, key: sha256(`${config.batcherSecret ?? ''}|${who}`) }
}

/**
 * The part of reporting that belongs into a transaction. Returns the report's id. Throws a 409 for who has
 * reported it already, or where very many have, a 429 for who has reported much that nobody has looked at
 * yet.
 */
export async function storeReport(
  sql: Sql,
  { kind, id: subject }: Pick<Reported, 'kind' | 'id'>,
  reporter: Reporter,
  draft: ReportDraft,
): Promise<number> {
  const report: NewReport = {
    ...{ kind, subject, reporter: reporter.id, reporterKey: reporter.key },
    ...{ ...draft, language: language() },
  }
  // First: whoever reads before sees nothing of what others store meanwhile.
  const id = await insertReport(sql, report, mostOpen)
  if (id !== undefined && (await openReportsOf(sql, report)) > mostOfThing)
    throw new Refusal(409, 'Very many have reported this already. Moderators will look at it.')
  if (id !== undefined) return id
  if (await isReportedBy(sql, report))
    throw new Refusal(409, 'You have reported this. Moderators will look at it.')
  throw new Refusal(
    429,
    say('You have {most} reports that nobody has looked at yet. Please wait for that.', { most: mostOpen }),
    {},
    { 'retry-after': '3600' },
  )
}
