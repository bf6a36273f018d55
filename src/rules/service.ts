import { say } from '../../texts/say.ts'
import type { Context } from '../context.ts'
import { versionOf } from '../http/form-version.ts'
import type { Sql } from '../platform/db.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, textOf, writtenIn } from '../platform/fields.ts'
import { lineFault } from '../text/seen.ts'
import { allRules, deleteRule, insertRule, lockRules, type Rule, setPlace, setRule } from './queries.ts'

export const mostRules = 50
export const longestTitle = 100
export const longestBody = 2_000

export type RuleDraft = Pick<Rule, 'title' | 'body'>

/** A rule as it was typed, or as it may be stored, or what is wrong with it. */
export function readRule(body: unknown): { typed: RuleDraft; errors: FieldErrors; draft: RuleDraft } {
  const fields = asFields(body)
  const typed = { title: textOf(fields.title), body: textOf(fields.body) }
  const draft = { title: writtenIn(typed.title), body: writtenIn(typed.body) }
  return { typed, draft, errors: errorsOf(draft) }
}

export function errorsOf({ title, body }: RuleDraft): FieldErrors {
  const fault = lineFault(title, longestTitle)
  return {
    ...(fault === 'long' ? { title: say('At most {longest} characters.', { longest: longestTitle }) } : {}),
    ...(fault === 'unseen' ? { title: 'A rule needs a title.' } : {}),
    ...(fault === 'odd' || fault === 'piled' ? { title: 'A title is one line of ordinary characters.' } : {}),
    ...([...body].length > longestBody
      ? { body: say('At most {longest} characters.', { longest: longestBody }) }
      : {}),
    ...(body.includes('\0') || !body.isWellFormed() ? { body: 'This holds half a character, or none.' } : {}),
  }
}

export const rulesOf = ({ db }: Context): Promise<Rule[]> => allRules(db)

export const versionOfRule = ({ title, body }: RuleDraft) => versionOf(title, body)

/** Adds a rule behind the others. Throws a 409 where there are as many as there may be. */
export const addRule = ({ db }: Context, draft: RuleDraft): Promise<void> =>
  db.transaction(async (sql) => {
    const rules = await lockRules(sql)
    if (rules.length >= mostRules)
      throw new Refusal(409, say('There are {most} rules at most.', { most: mostRules }))
    await inOrder(sql, rules)
    await insertRule(sql, { ...draft, place: rules.length + 1 })
  })

/** Changes a rule, unless it is not as `expected`. What was done by it keeps its old title. Throws a 404. */
export async function changeRule(
  { db }: Context,
  id: number,
  draft: RuleDraft,
  expected: (now: Rule) => void,
): Promise<void> {
  await db.transaction(async (sql) => {
    const now = (await lockRules(sql)).find((rule) => rule.id === id)
    if (!now) throw noSuchRule()
    expected(now)
    await setRule(sql, { ...draft, id })
  })
}

/** Moves a rule one place up or down. At the end of the list it stays there. Throws a 404. */
export async function shiftRule({ db }: Context, id: number, by: 1 | -1): Promise<void> {
  await db.transaction(async (sql) => {
    const rules = await lockRules(sql)
    const rule = rules.find((each) => each.id === id)
    if (!rule) throw noSuchRule()
    const others = rules.filter((each) => each !== rule)
    await inOrder(sql, others.toSpliced(Math.max(0, rules.indexOf(rule) + by), 0, rule))
  })
}

/** One that is there, by its id, or a new one. */
export type NewRule = RuleDraft & { id: number | undefined }

/** Makes these the rules, in this order, unless the rules are not as `expected`. Throws a 404. */
export const replaceRules = (
  { db }: Context,
  rules: NewRule[],
  expected: (now: Rule[]) => void,
): Promise<Rule[]> =>
  db.transaction(async (sql) => {
    const before = await lockRules(sql)
    expected(before)
    const ids = new Set(rules.flatMap(({ id }) => id ?? []))
    if (ids.difference(new Set(before.map(({ id }) => id))).size > 0) throw noSuchRule()
    for (const { id } of before) if (!ids.has(id)) await deleteRule(sql, id)
    for (const [index, { id, ...draft }] of rules.entries()) {
      if (id === undefined) await insertRule(sql, { ...draft, place: index + 1 })
      else await setRule(sql, { ...draft, id })
      if (id !== undefined) await setPlace(sql, id, index + 1)
    }
    return allRules(sql)
  })

/** What was done by it keeps its title. Throws a 404. */
export async function removeRule({ db }: Context, id: number): Promise<void> {
  const { affectedRows } = await deleteRule(db, id)
  if (affectedRows === 0) throw noSuchRule()
}

async function inOrder(sql: Sql, rules: Rule[]): Promise<void> {
  for (const [index, { id }] of rules.entries()) await setPlace(sql, id, index + 1)
}

const noSuchRule = () => new Refusal(404, 'There is no such rule.')
