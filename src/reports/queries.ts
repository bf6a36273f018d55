import type { Sql } from '../platform/db.ts'

export const reportable = ['post', 'comment', 'item', 'member'] as const
/** What can be reported. */
export type Reportable = (typeof reportable)[number]

export const reportReasons = ['rule', 'illegal', 'spam', 'other'] as const
export type ReportReason = (typeof reportReasons)[number]

export type NewReport = {
  kind: Reportable
  subject: number
  /** Null: without an account. */
  reporter: number | null
  /** A hash of who it is, in hex. */
  reporterKey: string
  reason: ReportReason
  body: string
  /** For the answer. */
  address: string | null
  language: string
}

/**
 * Returns the id. Undefined for who has reported it and waits for moderators, or has `most` reports that do.
 */
export async function insertReport(
  sql: Sql,
  { kind, subject, reporter, reporterKey, reason, body, address, language }: NewReport,
  most: number,
): Promise<number | undefined> {
  const { affectedRows, insertId } = await sql.write(
    'insertReport',
    `INSERT IGNORE INTO reports (kind, subject_id, reporter_id, reporter_key, reason, body, address, language)
     SELECT ?, ?, ?, UNHEX(?), ?, ?, ?, ?
       FROM (SELECT COUNT(*) AS open FROM reports WHERE reporter_key = UNHEX(?)) AS before_it
      WHERE before_it.open < ?`,
    [kind, subject, reporter, reporterKey, reason, body, address, language, reporterKey, most],
  )
  return affectedRows > 0 ? insertId : undefined
}

/** How many reports of this moderators have not answered. */
export async function openReportsOf(
  sql: Sql,
  { kind, subject }: Pick<NewReport, 'kind' | 'subject'>,
): Promise<number> {
  const [found] = await sql.rows<{ open: number }>(
    'openReportsOf',
    `SELECT COUNT(*) AS open
       FROM reports
      WHERE kind = ? AND subject_id = ? AND reporter_key IS NOT NULL`,
    [kind, subject],
  )
  return found?.open ?? 0
}

/** Whether somebody has reported this, and moderators have not answered yet. */
export async function isReportedBy(
  sql: Sql,
  { kind, subject, reporterKey }: Pick<NewReport, 'kind' | 'subject' | 'reporterKey'>,
): Promise<boolean> {
  const rows = await sql.rows(
    'isReportedBy',
    'SELECT id FROM reports WHERE kind = ? AND subject_id = ? AND reporter_key = UNHEX(?)',
    [kind, subject, reporterKey],
  )
  return rows.length > 0
}
