import { Type as t } from '@sinclair/typebox'
import { say } from '../../texts/say.ts'
import { keepsOrder } from '../../views/keeps-order.ts'
import type { Viewer } from '../accounts/queries.ts'
import type { Context } from '../context.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, isId, textOf } from '../platform/fields.ts'
import { lineFault } from '../text/seen.ts'
import { allRules, type Rule } from './queries.ts'

/** On what grounds a moderator does something: the title of a rule, where the board has any, and why. */
export type Grounds = { rule: string | null; reason: string }

/** The same as it was typed: `rule` is the number of one. */
export type TypedGrounds = { rule: string; reason: string }

const longestReason = 380

/** The same in the query of a program that removes something. */
export const groundsOfRemoval = {
  rule: t.Optional(
    t.Integer({
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'From who keeps order, where the board has rules: the number of one.',
    }),
  ),
  reason: t.Optional(
    t.String({ description: 'From who keeps order: why. It stands where it was, behind the rule.' }),
  ),
}

/** Reads the fields of a form. */
export function typedGrounds(body: unknown): TypedGrounds {
  const { rule, reason } = asFields(body)
  return { rule: textOf(rule), reason: textOf(reason).trim() }
}

/** Returns what is wrong with a reason, by field. */
export function reasonErrors(reason: string): FieldErrors {
  switch (lineFault(reason, longestReason)) {
    case 'long':
      return { reason: say('At most {longest} characters.', { longest: longestReason }) }
    case 'unseen':
      return { reason: 'Give a reason: its author will read it.' }
    case 'odd':
    case 'piled':
      return { reason: 'A reason is one line of ordinary characters.' }
    default:
      return {}
  }
}

/** Returns what is wrong with grounds that were typed, by field. */
export const groundsErrors = (rules: Rule[], { rule, reason }: TypedGrounds): FieldErrors => ({
  ...(rules.length > 0 && !ruleIn(rules, rule) ? { rule: 'Choose the rule that this is about.' } : {}),
  ...reasonErrors(reason),
})

const ruleIn = (rules: Rule[], id: string) =>
  isId(id) ? rules.find((rule) => rule.id === Number(id)) : undefined

/** Returns the grounds that were typed. Throws a 422 that says of each field what is wrong with it. */
export async function groundsOrRefuse({ db }: Context, typed: TypedGrounds): Promise<Grounds> {
  const rules = await allRules(db)
  const trimmed = { ...typed, reason: typed.reason.trim() }
  const errors = groundsErrors(rules, trimmed)
  const [first] = Object.values(errors)
  if (first) throw new Refusal(422, first, errors)
  return { rule: ruleIn(rules, trimmed.rule)?.title ?? null, reason: trimmed.reason }
}

/**
 * The grounds of who keeps order; undefined where none are needed, because it is their own or they do not.
 * Throws a 422.
 */
export async function groundsOf(
  context: Context,
  viewer: Viewer,
  author: number | null,
  typed: TypedGrounds,
): Promise<Grounds | undefined> {
  const isOwn = viewer.id === author
  if (isOwn && (!keepsOrder(viewer) || typed.reason.trim() === '')) return undefined
  return groundsOrRefuse(context, typed)
}

/** In one line, to stand where something was. */
export const standingFor = ({ rule, reason }: Grounds): string =>
  rule === null ? reason : `${rule}: ${reason}`
