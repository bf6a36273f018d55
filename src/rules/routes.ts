import { type Static, Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { AdminRulesPage } from '../../views/admin-rules.tsx'
import { RulesPage } from '../../views/rules.tsx'
import { adminOf } from '../accounts/access.ts'
import type { Context } from '../context.ts'
import { overtakenBy, refuseOvertaken } from '../http/form-version.ts'
import { pageContextFor, seeOther } from '../http/page-context.ts'
import { idIn } from '../http/params.ts'
import { list, refuseStale, unkept } from '../http/respond.ts'
import { type AdminPageContext, adminsOnly } from '../moderation/admins-only.ts'
import { etag, operation } from '../openapi/operation.ts'
import { readBody } from '../openapi/read.ts'
import { id as idSchema, object } from '../openapi/schema.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields } from '../platform/fields.ts'
import {
  addRule,
  changeRule,
  errorsOf,
  longestBody,
  longestTitle,
  mostRules,
  type NewRule,
  type RuleDraft,
  readRule,
  removeRule,
  replaceRules,
  rulesOf,
  shiftRule,
  versionOfRule,
} from './service.ts'

/** What the board asks of those who write here. */
export const rulePages = (context: Context) =>
  new Elysia({ name: 'rules' })
    .get('/rules', async ({ request }) =>
      RulesPage({
        pageContext: await pageContextFor(context, request),
        rules: await rulesOf(context),
      }),
    )
    .get('/api/rules', async ({ request }) => list(request, await rulesOf(context)), operations.list)

/** Where admins write the rules. */
export const rulesAdmin = (context: Context) => {
  const page = async (pageContext: AdminPageContext, refused: Refused = {}) => {
    const rules = (await rulesOf(context)).map((rule) => ({ ...rule, version: versionOfRule(rule) }))
    return AdminRulesPage({ pageContext, rules, ...refused })
  }

  const idOf = (params: { id: string }) => idIn(params.id, noSuchRule)

  return (
    new Elysia({ name: 'rules-admin' })
      // Not at /api/rules: what begins like this reaches the replicas that may write them.
      .put(
        '/api/moderation/rules',
        async ({ request }) => {
          await adminOf(context, request)
          const { rules } = await readBody(request, operations.replace)
          const drafts = asStored(rules)
          return unkept(await replaceRules(context, drafts, (now) => refuseStale(request, now)))
        },
        operations.replace,
      )

      .use(adminsOnly(context))
      .get('/admin/rules', ({ pageContext }) => page(pageContext))

      .post('/admin/rules', async ({ body, pageContext, set }) => {
        const { typed, errors, draft } = readRule(body)
        if (Object.keys(errors).length === 0) {
          await addRule(context, draft)
          return seeOther('/admin/rules')
        }
        set.status = 422
        return page(pageContext, { adding: { typed, errors } })
      })

      .post('/admin/rules/:id', async ({ body, params, pageContext, set }) => {
        const id = idOf(params)
        const { typed, errors, draft } = readRule(body)
        const wrong =
          Object.keys(errors).length > 0
            ? errors
            : await overtakenBy(() =>
                changeRule(context, id, draft, (now) => refuseOvertaken(body, versionOfRule(now))),
              )
        if (!wrong) return seeOther(`/admin/rules#rule-${id}`)
        set.status = wrong === errors ? 422 : 409
        return page(pageContext, { changing: { id, typed, errors: wrong } })
      })

      .post('/admin/rules/:id/move', async ({ body, params }) => {
        const id = idOf(params)
        const { way } = asFields(body)
        if (way !== 'up' && way !== 'down') throw new Refusal(422, 'A rule goes up or down.')
        await shiftRule(context, id, way === 'up' ? -1 : 1)
        return seeOther(`/admin/rules#rule-${id}`)
      })

      .post('/admin/rules/:id/remove', async ({ params }) => {
        await removeRule(context, idOf(params))
        return seeOther('/admin/rules')
      })
  )
}

const noSuchRule = 'There is no such rule.'

/** A form that was refused, as it was typed: for a new rule, or one that is there. */
type Refused = {
  adding?: { typed: RuleDraft; errors: FieldErrors }
  changing?: { id: number; typed: RuleDraft; errors: FieldErrors }
}

/** Returns rules of a program as they are stored. Throws a 422 that says of each field what is wrong. */
function asStored(rules: Given[]): NewRule[] {
  const drafts = rules.map(({ id, ...given }) => ({ ...readRule(given).draft, id }))
  const errors = Object.fromEntries(
    drafts.flatMap((draft, index) =>
      Object.entries(errorsOf(draft)).map(([name, says]) => [`rules[${index}].${name}`, says]),
    ),
  )
  if (Object.keys(errors).length > 0)
    throw new Refusal(422, 'Something in this request cannot be taken as it is.', errors)
  return drafts
}

const rule = object({ id: idSchema, title: t.String(), body: t.String() }, { $id: 'Rule' })

const given = object({
  id: t.Optional(t.Integer({ minimum: 1, description: 'Of one that is there. Without it is a new one.' })),
  title: t.String({ judged: { minLength: 1, maxLength: longestTitle } }),
  body: t.Optional(t.String({ judged: { maxLength: longestBody }, description: 'Plain text.' })),
})
type Given = Static<typeof given>

const operations = {
  list: operation({
    tag: 'moderation',
    summary: 'The rules of the board, in their order',
    answers: { 200: t.Array(rule), 304: null },
    headers: etag,
  }),
  replace: operation({
    tag: 'moderation',
    summary: 'Says what the rules of the board are, in their order',
    description:
      'Those that are left out are removed. What was done by one keeps the title that it had then.',
    needs: 'admin',
    body: object({ rules: t.Array(given, { maxItems: mostRules }) }),
    answers: { 200: t.Array(rule) },
    problems: [404],
    isConditional: true,
  }),
}
