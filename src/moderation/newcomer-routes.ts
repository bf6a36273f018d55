import { type Static, Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { say } from '../../texts/say.ts'
import { NewcomersPage } from '../../views/admin-newcomers.tsx'
import { adminOf } from '../accounts/access.ts'
import type { Viewer } from '../accounts/queries.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { overtakenBy, refuseOvertaken, versionOf } from '../http/form-version.ts'
import { seeOther } from '../http/page-context.ts'
import { one, refuseStale, unkept } from '../http/respond.ts'
import { etag, operation } from '../openapi/operation.ts'
import { readBody } from '../openapi/read.ts'
import { object } from '../openapi/schema.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, textOf } from '../platform/fields.ts'
import { noteAdmin } from '../removal/queries.ts'
import {
  mostOf,
  type Newcomers,
  newcomerFields,
  newcomersIn,
  type TypedNewcomers,
} from '../settings/newcomers.ts'
import { lockedSettings, putSetting } from '../settings/queries.ts'
import { type Settings, settingsIn, settingsOf } from '../settings/service.ts'
import { type Effect, putWordList, typedLists } from '../words/queries.ts'
import { type ReadList, readList, versionOfLists } from '../words/service.ts'
import { type AdminPageContext, adminsOnly } from './admins-only.ts'
import { stayAdmin } from './members.ts'

/** What the board asks of new members, and what it does not take from anybody. */
export const newcomersAdmin = (context: Context) => {
  const now = async (): Promise<TypedNewcomers> =>
    typedOf(await settingsOf(context), await typedLists(context.db))

  const page = async (
    pageContext: AdminPageContext,
    more: { typed?: TypedNewcomers; errors?: FieldErrors; said?: string } = {},
  ) => {
    const stored = await now()
    return NewcomersPage({ pageContext, mostOf, typed: stored, ...more, version: versionOfAll(stored) })
  }

  return new Elysia({ name: 'newcomers-admin' })
    .get(
      '/api/moderation/newcomers',
      async ({ request }) => {
        await adminOf(context, request)
        return one(request, serialize(await now()))
      },
      operations.now,
    )
    .put(
      '/api/moderation/newcomers',
      async ({ request }) => {
        const admin = await adminOf(context, request)
        const { held, refused, ...numbers } = await readBody(request, operations.change)
        const typed = { ...typedFrom(numbers), held, refused }
        const errors = await change(context, request, admin, typed, (stored) =>
          refuseStale(request, serialize(stored)),
        )
        if (errors) throw new Refusal(422, 'Something in this request cannot be taken as it is.', errors)
        return unkept(serialize(await now()))
      },
      operations.change,
    )

    .use(adminsOnly(context))
    .get('/admin/newcomers', ({ pageContext, request }) =>
      page(pageContext, new URL(request.url).searchParams.has('saved') ? { said: 'It is saved.' } : {}),
    )

    .post('/admin/newcomers', async ({ body, pageContext, request, set }) => {
      const fields = asFields(body)
      const typed = {
        ...typedFrom(fields),
        ...{ held: linesOf(fields.held), refused: linesOf(fields.refused) },
      }
      const expected = (stored: TypedNewcomers) => refuseOvertaken(body, versionOfAll(stored), 'hold')
      let errors: FieldErrors | undefined
      const overtaken = await overtakenBy(async () => {
        errors = await change(context, request, pageContext.viewer, typed, expected)
      })
      errors ??= overtaken
      if (!errors) return seeOther('/admin/newcomers?saved')
      set.status = overtaken ? 409 : 422
      return page(pageContext, { typed, errors })
    })
}

/** What is stored, as the form shows it. */
function typedOf({ NEWCOMERS }: Settings, lists: Awaited<ReturnType<typeof typedLists>>): TypedNewcomers {
  const asked = newcomersIn(NEWCOMERS)
  const bodyOf = (effect: Effect) => lists.find((list) => list.effect === effect)?.body ?? ''
  const numbers = Object.fromEntries(newcomerFields.map((field) => [field, `${asked[field]}`]))
  return {
    ...(numbers as Record<keyof Newcomers, string>),
    ...{ held: bodyOf('hold'), refused: bodyOf('refuse') },
  }
}

const versionOfAll = (typed: TypedNewcomers) => versionOf(JSON.stringify(typed))

const typedFrom = (fields: Record<string, unknown>) =>
  Object.fromEntries(newcomerFields.map((field) => [field, `${fields[field] ?? ''}`.trim()])) as Record<
    keyof Newcomers,
    string
  >

/** A browser sends line breaks of two characters. */
const linesOf = (text: unknown) => textOf(text).replaceAll('\r', '')

/**
 * Stores what was typed, for every replica at once. Returns what is wrong with it, by field. Throws what
 * `expected` throws of what is stored when nobody else changes it any more.
 */
async function change(
  context: Context,
  request: Request,
  admin: Viewer,
  typed: TypedNewcomers,
  expected: (stored: TypedNewcomers) => void,
): Promise<FieldErrors | undefined> {
  const asked = Object.fromEntries(
    newcomerFields.map((field) => [field, numberIn(typed[field], mostOf[field])]),
  )
  const { WORDS: known = '' } = await settingsOf(context)
  const stored = await typedLists(context.db)
  // What stays as it is need not be read once more: of 100,000 lines that takes seconds.
  const listOf = async (effect: Effect, body: string): Promise<ReadList | undefined> =>
    stored.some((list) => list.effect === effect && list.body === body) ? undefined : readList(context, body)
  const lists = { held: await listOf('hold', typed.held), refused: await listOf('refuse', typed.refused) }
  const errors: FieldErrors = {
    ...Object.fromEntries(
      newcomerFields.flatMap((field) =>
        asked[field] === undefined
          ? [[field, say('A whole number from 0 to {most}.', { most: mostOf[field] })]]
          : [],
      ),
    ),
    ...faultOf('held', lists.held),
    ...faultOf('refused', lists.refused),
  }
  if (Object.keys(errors).length > 0) return errors
  const numbers = Object.values(asked).some((number) => number !== 0) ? JSON.stringify(asked) : ''
  const settings = { NEWCOMERS: numbers, WORDS: versionOfLists([typed.held, typed.refused]) }
  await context.db.transaction(async (sql) => {
    await stayAdmin(sql, request, admin)
    const before = settingsIn(await lockedSettings(sql))
    expected(typedOf(before, await typedLists(sql)))
    if ((before.WORDS ?? '') !== known)
      throw new Refusal(409, 'Somebody else did something about this. See what it was first.')
    for (const name of ['NEWCOMERS', 'WORDS'] as const) {
      const value = settings[name]
      if (value === (before[name] ?? '')) continue
      await putSetting(sql, name, value, admin.id)
      await noteAdmin(sql, 'setting', { subject: name, detail: value, by: admin.id })
    }
    if (settings.WORDS === (before.WORDS ?? '')) return
    for (const [effect, list, body] of [
      ['hold', lists.held, typed.held],
      ['refuse', lists.refused, typed.refused],
    ] as const)
      if (list?.entries) await putWordList(sql, { effect, body, entries: JSON.stringify(list.entries) })
  })
  await context.cache.invalidate(invalidatedBy.settingsChanged())
  return undefined
}

const faultOf = (field: string, list: ReadList | undefined): FieldErrors =>
  list?.error === undefined ? {} : { [field]: list.error }

function numberIn(text: string, most: number): number | undefined {
  const number = text === '' ? 0 : /^\d{1,4}$/.test(text) ? Number(text) : undefined
  return number !== undefined && number <= most ? number : undefined
}

const serialize = ({ held, refused, ...numbers }: TypedNewcomers): Static<typeof newcomersSchema> => {
  const { hold, links, pace, until, seconds } = numbers
  return {
    ...{ hold: Number(hold), links: Number(links), pace: Number(pace), until: Number(until) },
    ...{ seconds: Number(seconds), held, refused },
  }
}

const upTo = (most: number) => ({ minimum: 0, maximum: most })
const numbers = {
  hold: t.Integer({
    ...upTo(mostOf.hold),
    description: 'So many first texts of each member wait for a moderator.',
  }),
  links: t.Integer({
    ...upTo(mostOf.links),
    description: 'Links are for those with so many texts on the board.',
  }),
  pace: t.Integer({
    ...upTo(mostOf.pace),
    description: 'So many texts an hour for who has fewer than `until`.',
  }),
  until: t.Integer({ ...upTo(mostOf.until), description: 'Of `pace`.' }),
  seconds: t.Integer({
    ...upTo(mostOf.seconds),
    description: 'So long the form to sign up takes at least. REST is not asked.',
  }),
}
const lists = {
  held: t.String({ description: 'Words, phrases and hosts, a line each, with which a text waits.' }),
  refused: t.String({ description: 'The same of what is not taken.' }),
}
const newcomersSchema = object({ ...numbers, ...lists }, { $id: 'Newcomers' })

const operations = {
  now: operation({
    tag: 'moderation',
    summary: 'What the board asks of new members, and does not take from anybody',
    description: '0 asks nothing.',
    needs: 'admin',
    answers: { 200: newcomersSchema, 304: null },
    headers: etag,
  }),
  change: operation({
    tag: 'moderation',
    summary: 'Says what the board asks of new members, and does not take from anybody',
    needs: 'admin',
    body: object({ ...numbers, ...lists }),
    answers: { 200: newcomersSchema },
    isConditional: true,
  }),
}
