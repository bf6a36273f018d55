import { Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { say } from '../../texts/say.ts'
import { StatementsPage } from '../../views/statements.tsx'
import { memberOf } from '../accounts/access.ts'
import { logAction } from '../action-log/chain.ts'
import type { Context } from '../context.ts'
import { pageContextFor, seeOther } from '../http/page-context.ts'
import { idIn } from '../http/params.ts'
import { unkept } from '../http/respond.ts'
import { operation } from '../openapi/operation.ts'
import { count, id, nullOr, object, time } from '../openapi/schema.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, textOf, writtenIn } from '../platform/fields.ts'
import { isSeen } from '../text/seen.ts'
import { insertAppeal, statementsFor, subjectOfEntry } from './queries.ts'

const statementsShown = 100
const longestAppeal = 1_000

/** What moderators did to what is a member's, and why, for them alone, and how they appeal. */
export const statements = (context: Context) => {
  const page = async (request: Request, refused?: { number: number; text: string; errors: FieldErrors }) => {
    const { id } = await memberOf(context, request)
    return StatementsPage({
      pageContext: await pageContextFor(context, request),
      statements: await statementsFor(context.db, id, statementsShown),
      refused,
    })
  }

  return new Elysia({ name: 'statements' })
    .get('/statements', async ({ request, set }) => {
      set.headers['cache-control'] = 'no-store'
      return page(request)
    })

    .get(
      '/api/statements',
      async ({ request }) => {
        const { id } = await memberOf(context, request)
        const all = await statementsFor(context.db, id, statementsShown)
        return unkept(
          all.map(({ body: _, isUndone, isAppealed, ...statement }) => ({
            ...statement,
            isUndone: isUndone === 1,
            isAppealed: isAppealed === 1,
          })),
        )
      },
      operations.list,
    )

    .post('/statements/:number/appeal', async ({ params, body, request, set }) => {
      const { id } = await memberOf(context, request)
      const number = idIn(params.number, noSuchStatement)
      const text = textOf(asFields(body).text)
      const errors = appealErrors(writtenIn(text))
      if (errors.text) {
        set.status = 422
        return page(request, { number, text, errors })
      }
      await appeal(context, id, number, writtenIn(text))
      return seeOther(`/statements#action-${number}`)
    })
}

const noSuchStatement = 'There is nothing to appeal against.'

function appealErrors(text: string): FieldErrors {
  if ([...text].length > longestAppeal)
    return { text: say('At most {longest} characters.', { longest: longestAppeal }) }
  if (text.includes('\0') || !text.isWellFormed()) return { text: 'This holds half a character, or none.' }
  return isSeen(text) ? {} : { text: 'Say why, in a sentence.' }
}

/** Throws a 409 for what does not concern this member, is undone, long ago, or appealed against already. */
async function appeal({ db }: Context, member: number, number: number, body: string): Promise<void> {
  await db.transaction(async (sql) => {
    if (!(await insertAppeal(sql, { number, member, body }))) throw new Refusal(409, noSuchStatement)
    const of = await subjectOfEntry(sql, number)
    if (!of) throw new Refusal(409, noSuchStatement)
    await logAction(sql, { act: 'appeal', ...of, reason: '', by: member, refersTo: number, concerns: member })
  })
}

const operations = {
  list: operation({
    tag: 'moderation',
    summary: 'What moderators decided about oneself, the last first',
    needs: 'member',
    answers: {
      200: t.Array(
        object(
          {
            number: id,
            act: t.String(),
            kind: t.String(),
            subject: count,
            title: nullOr(t.String()),
            rule: nullOr(t.String()),
            reason: t.String(),
            until: nullOr(time),
            doneAt: time,
            isUndone: t.Boolean(),
            isAppealed: t.Boolean(),
            answer: nullOr(t.String(), { description: 'Of who decided the appeal.' }),
          },
          { $id: 'Statement' },
        ),
      ),
    },
  }),
}
