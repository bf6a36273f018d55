import { putMails } from '../mail/queries.ts'
import { noticeAction } from '../notices/queries.ts'
import type { Sql } from '../platform/db.ts'
import { sha256 } from '../platform/sha256.ts'
import {
  type Act,
  addEntry,
  closeReports,
  type Entry,
  entriesAfter,
  headOfLog,
  lockAnswersTo,
  lockHead,
} from './queries.ts'

/**
 * The moderation log is a chain: the hash of each entry is the SHA-256, in hex, of the hash of the one before
 * and of what it says, as below. Whoever changes an entry, or takes one out, would have to change all that
 * follow, and the head; whoever kept a hash, from the page or the feed, sees that.
 */
export const hashOf = (previous: string, entry: Entry): string => {
  const { number, act, kind, subject, reason, by, doneAt, rule, detail, until, refersTo } = entry
  const more = [rule, detail, until, refersTo]
  // Entries from before there were rules have none of these.
  const all = [number, act, kind, subject, reason, by, doneAt, ...(more.some(isGiven) ? more : [])]
  return sha256(`${previous}|${JSON.stringify(all)}`)
}

const isGiven = (value: unknown) => value !== null

const firstHash = '0'.repeat(64)
const entriesAtOnce = 1_000

type More = Pick<Entry, 'rule' | 'detail' | 'until' | 'refersTo'>

/** What was done; `concerns` is whose it was done to, if somebody's. */
export type Done = Omit<Entry, 'number' | 'doneAt' | keyof More> & Partial<More> & { concerns: number | null }

/**
 * Adds to the log what was done, in the transaction that does it, as its last act: whoever adds waits for
 * whoever is about it. Answers who reported it, and tells whose it was. Returns the number of the entry.
 */
export async function logAction(sql: Sql, { concerns, ...done }: Done): Promise<number> {
  const { number, hash, now } = await lockHead(sql)
  const none = { rule: null, detail: null, until: null, refersTo: null }
  const entry = { ...none, ...done, number: number + 1, doneAt: now }
  await addEntry(sql, { ...entry, hash: hashOf(hash, entry) }, concerns)
  if (!answersNothing.has(entry.act)) await answerReports(sql, entry, entry.number)
  if (concerns !== null && concerns !== entry.by) await noticeAction(sql, concerns, entry.number)
  return entry.number
}

/** What is not about the thing that may have been reported. */
const answersNothing = new Set<Act>(['appeal', 'uphold', 'refuse', 'await'])

/** Closes all reports of something, of which `action` came, or nothing. Those who want it get a mail. */
export async function answerReports(
  sql: Sql,
  { kind, subject, by }: Pick<Entry, 'kind' | 'subject' | 'by'>,
  action: number | null,
): Promise<void> {
  const answered = await lockAnswersTo(sql, { kind, subject })
  await closeReports(sql, { kind, subject, by, action })
  const answer = { kind: 'report-answer', isDone: action !== null } as const
  await putMails(
    sql,
    answered.map((to) => ({ ...answer, ...to })),
  )
}

/**
 * How many entries the log has, and the first that is not as it was written, or is missing; null when every
 * one is right.
 */
export type LogCheck = { entries: number; broken: number | null }

/** Walks the whole chain, in a transaction that sees one moment. */
export async function checkLog(sql: Sql): Promise<LogCheck> {
  const head = await headOfLog(sql)
  let last = { number: 0, hash: firstHash }
  for (let isMore = true; isMore; ) {
    const entries = await entriesAfter(sql, last.number, entriesAtOnce)
    for (const entry of entries) {
      const number = last.number + 1
      if (entry.number !== number || entry.hash !== hashOf(last.hash, entry))
        return { entries: head.number, broken: number }
      last = { number, hash: entry.hash }
    }
    isMore = entries.length === entriesAtOnce
  }
  const isWhole = last.number === head.number && last.hash === (head.number === 0 ? firstHash : head.hash)
  return { entries: head.number, broken: isWhole ? null : Math.min(last.number, head.number) + 1 }
}
