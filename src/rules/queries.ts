import type { Sql } from '../platform/db.ts'

/** What the board asks of those who write here. */
export type Rule = { id: number; title: string; body: string }

/** In their order. */
export const allRules = (sql: Sql) =>
  sql.rows<Rule>('allRules', 'SELECT id, title, body FROM rules ORDER BY place, id')

/** In their order, and nobody changes one of them until the transaction is over. */
export const lockRules = (sql: Sql) =>
  sql.rows<Rule>('lockRules', 'SELECT id, title, body FROM rules ORDER BY place, id FOR UPDATE')

export const insertRule = (sql: Sql, { title, body, place }: Omit<Rule, 'id'> & { place: number }) =>
  sql.write('insertRule', 'INSERT INTO rules (place, title, body) VALUES (?, ?, ?)', [place, title, body])

export const setRule = (sql: Sql, { id, title, body }: Rule) =>
  sql.write('setRule', 'UPDATE rules SET title = ?, body = ? WHERE id = ?', [title, body, id])

export const setPlace = (sql: Sql, id: number, place: number) =>
  sql.write('setPlaceOfRule', 'UPDATE rules SET place = ? WHERE id = ?', [place, id])

export const deleteRule = (sql: Sql, id: number) =>
  sql.write('deleteRule', 'DELETE FROM rules WHERE id = ?', [id])
