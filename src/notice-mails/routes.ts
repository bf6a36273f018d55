import { Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { NoticeMailPage, UnsubscribePage } from '../../views/notice-mail.tsx'
import { memberOf } from '../accounts/access.ts'
import type { Context } from '../context.ts'
import { signInPath } from '../http/local-path.ts'
import { pageContextFor, seeOther, viewerIn } from '../http/page-context.ts'
import { notKept, refuseUntagged, unkept } from '../http/respond.ts'
import { isTimeZone, nextMail, type Pace, paces } from '../mail/schedule.ts'
import { operation } from '../openapi/operation.ts'
import { readBody } from '../openapi/read.ts'
import { object, oneOf } from '../openapi/schema.ts'
import { Refusal } from '../platform/errors.ts'
import { asFields, textOf } from '../platform/fields.ts'
import { newSecret } from '../platform/secrets.ts'
import { lookOf } from '../settings/look.ts'
import { endMails, hasAddress, isMailToken, type MailChoice, mailChoiceOf, putMailChoice } from './queries.ts'

/** What a member has who chose nothing. */
const usualIn = async (context: Context): Promise<MailChoice> => ({
  pace: 'never',
  timeZone: (await lookOf(context)).timeZone,
})

/** How often a member gets by mail what they are told of. */
export const noticeMails = (context: Context) =>
  new Elysia({ name: 'notice-mails' })
    .get('/notices/mail', async ({ request }) => {
      refuseWithoutMail(context)
      const pageContext = await pageContextFor(context, request)
      const viewer = viewerIn(pageContext)
      if (!viewer) return seeOther(signInPath(request))
      const chosen = await mailChoiceOf(context.db, viewer.id)
      return NoticeMailPage({ pageContext, chosen, isReached: await hasAddress(context.db, viewer.id) })
    })

    .post('/notices/mail', async ({ body, request }) => {
      const viewer = await memberOf(context, request)
      const { pace, timeZone } = asFields(body)
      await choose(context, viewer.id, { pace: textOf(pace), timeZone: textOf(timeZone) })
      return seeOther('/notices/mail')
    })

    .get(
      '/api/notices/mail',
      async ({ request }) => {
        const viewer = await memberOf(context, request)
        return unkept((await mailChoiceOf(context.db, viewer.id)) ?? (await usualIn(context)))
      },
      operations.read,
    )

    .put(
      '/api/notices/mail',
      async ({ request }) => {
        const viewer = await memberOf(context, request)
        refuseUntagged(request)
        const { pace, timeZone = '' } = await readBody(request, operations.choose)
        return unkept(await choose(context, viewer.id, { pace, timeZone }))
      },
      operations.choose,
    )

    // Whoever has a mail may end them. Programs that look through mail follow links, so that alone ends none.
    .get('/unsubscribe/:token', async ({ params: { token }, request, set }) => {
      Object.assign(set.headers, notKept)
      await refuseUnknown(context, token)
      return UnsubscribePage({ pageContext: await pageContextFor(context, request), token })
    })

    .post('/unsubscribe/:token', async ({ params: { token }, request, set }) => {
      Object.assign(set.headers, notKept)
      await refuseUnknown(context, token)
      await endMails(context.db, token)
      return UnsubscribePage({ pageContext: await pageContextFor(context, request) })
    })

function refuseWithoutMail({ config }: Context): void {
  if (!config.mail) throw new Refusal(409, 'This board sends no mail.')
}

async function refuseUnknown({ db }: Context, token: string): Promise<void> {
  if (!(await isMailToken(db, token))) throw new Refusal(404, 'This link ends no mails.')
}

/** Keeps what a member chose; they may leave a zone out that their pace does not need. Returns it. */
async function choose(
  context: Context,
  member: number,
  { pace, timeZone }: { pace: string; timeZone: string },
): Promise<MailChoice> {
  refuseWithoutMail(context)
  const chosen = paces.find((each) => each === pace)
  if (!chosen) throw new Refusal(422, 'Choose how often you get notices by mail.')
  const zone = timeZone === '' && !hasMorning(chosen) ? (await usualIn(context)).timeZone : timeZone
  if (!isTimeZone(zone)) throw new Refusal(422, 'There is no such time zone.')
  const choice = { pace: chosen, timeZone: zone }
  const dueAt = nextMail(chosen, zone, new Date())
  await putMailChoice(context.db, member, choice, { dueAt, token: newSecret() })
  return choice
}

const hasMorning = (pace: Pace) => pace === 'daily' || pace === 'weekly'

const choiceSchema = object(
  {
    pace: oneOf(paces, {
      description:
        '`soon`: within minutes. `daily`: at eight in the morning. `weekly`: at eight on Monday. `never`: not.',
    }),
    timeZone: t.String({ description: 'Of the IANA’s data base, such as Europe/Berlin.' }),
  },
  { $id: 'NoticeMail' },
)

const operations = {
  read: operation({
    tag: 'notices',
    summary: 'How often one gets notices by mail',
    needs: 'member',
    answers: { 200: choiceSchema },
  }),
  choose: operation({
    tag: 'notices',
    summary: 'Chooses how often',
    description: 'What was read meanwhile is in no mail. The time zone is needed for `daily` and `weekly`.',
    needs: 'member',
    body: object({
      pace: oneOf(paces),
      timeZone: t.Optional(t.String({ description: 'Of the IANA’s data base, such as Europe/Berlin.' })),
    }),
    answers: { 200: choiceSchema },
    problems: [409, 422],
    isConditional: true,
  }),
}
