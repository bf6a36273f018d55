import type { Language } from '../../texts/languages.ts'
import type { MailAddress } from '../mail/address.ts'
import type { Sql } from '../platform/db.ts'

/** Who wants to join, as admins see them. */
export type Application = {
  id: number
  name: string
  question: string
  answer: string
  hasAddress: 0 | 1
  appliedAt: string
}

/** The first ones first. */
export const applications = (sql: Sql, limit: number) =>
  sql.rows<Application>(
    'applications',
    `SELECT id, name, question, answer, address IS NOT NULL AS hasAddress, applied_at AS appliedAt
       FROM applications
      ORDER BY id
      LIMIT ?`,
    [limit],
  )

export async function applicationsWaiting(sql: Sql): Promise<number> {
  const [found] = await sql.rows<{ waiting: number }>(
    'applicationsWaiting',
    'SELECT COUNT(*) AS waiting FROM applications',
  )
  return found?.waiting ?? 0
}

export type NewApplication = {
  name: string
  /** What the name looks like. */
  look: string
  passwordHash: string
  address: MailAddress | undefined
  language: Language
  question: string
  answer: string
}

export const insertApplication = (
  sql: Sql,
  { name, look, passwordHash, address, language, question, answer }: NewApplication,
) =>
  sql.write(
    'insertApplication',
    `INSERT INTO applications (name, name_key, look_key, password_hash, address, language, question, answer)
     VALUES (?, UNHEX(SHA2(?, 256)), UNHEX(SHA2(?, 256)), ?, ?, ?, ?, ?)`,
    [name, name, look, passwordHash, address ?? null, language, question, answer],
  )

export const deleteOldApplications = (sql: Sql) =>
  sql.write(
    'deleteOldApplications',
    'DELETE FROM applications WHERE applied_at < CURRENT_TIMESTAMP(3) - INTERVAL 90 DAY LIMIT 1000',
  )

/** The name of who applied by a name with one of these looks. */
export async function applicantLooking(sql: Sql, looks: string[]): Promise<string | undefined> {
  const [found] = await sql.rows<{ name: string }>(
    'applicantLooking',
    `SELECT name
       FROM applications
      WHERE look_key IN (${looks.map(() => 'UNHEX(SHA2(?, 256))').join(', ')})
      LIMIT 1`,
    looks,
  )
  return found?.name
}

/** The hash of the password of who applied by one of these names. */
export async function passwordOfApplicant(sql: Sql, names: string[]): Promise<string | undefined> {
  const [found] = await sql.rows<{ passwordHash: string }>(
    'passwordOfApplicant',
    `SELECT password_hash AS passwordHash
       FROM applications
      WHERE name_key IN (${names.map(() => 'UNHEX(SHA2(?, 256))').join(', ')})
      LIMIT 1`,
    names,
  )
  return found?.passwordHash
}

export type Applicant = {
  name: string
  passwordHash: string
  address: MailAddress | null
  language: Language
}

/** Nobody else decides it until the transaction is over. */
export async function lockApplication(sql: Sql, id: number): Promise<Applicant | undefined> {
  const [found] = await sql.rows<Applicant>(
    'lockApplication',
    `SELECT name, password_hash AS passwordHash, address, language
       FROM applications
      WHERE id = ?
        FOR UPDATE`,
    [id],
  )
  return found
}

export const deleteApplication = (sql: Sql, id: number) =>
  sql.write('deleteApplication', 'DELETE FROM applications WHERE id = ?', [id])
