import { Elysia } from 'elysia'
import { language } from '../../texts/say.ts'
import { MailPage } from '../../views/admin-mail.tsx'
import { startOf } from '../../views/names.ts'
import type { Context } from '../context.ts'
import { seeOther } from '../http/page-context.ts'
import { maxId, pageOf } from '../http/paging.ts'
import { idIn, idParam } from '../http/params.ts'
import { addressIn } from '../mail/address.ts'
import { putLimitedMail } from '../mail/limit.ts'
import { failedMails, mailCounts, sendMailAgain, sendMailsAgain } from '../mail/queries.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, textOf } from '../platform/fields.ts'
import { type AdminPageContext, adminsOnly } from './admins-only.ts'

const shownFailures = 100
const testsInAnHour = 10

/** `isPut`: a mail was put into the outbox just now. */
type Shown = { isPut: boolean; address: string; errors: FieldErrors }

const withMailPut = '/admin/mail?put'

/** Mail: whether it arrives, what waits, and what was given up. */
export const mailAdmin = (context: Context) => {
  const { config, db } = context

  const page = async (pageContext: AdminPageContext, shown: Shown, before = maxId) => {
    const counts = await mailCounts(db)
    const { rows: failed, last } = pageOf(await failedMails(db, before, shownFailures + 1), shownFailures)
    const countOf = (state: string) => counts.find((each) => each.state === state)?.mails ?? 0
    return MailPage({
      pageContext,
      isOn: config.mail !== undefined,
      counts: { waiting: countOf('waiting'), sent: countOf('sent'), failed: countOf('failed') },
      failed,
      next: last?.id,
      ...shown,
    })
  }

  return new Elysia({ name: 'mail-admin' })
    .use(adminsOnly(context))
    .get('/admin/mail', ({ pageContext, request }) => {
      const isPut = new URL(request.url).searchParams.has('put')
      return page(pageContext, { isPut, address: '', errors: {} }, idParam(request, 'before'))
    })

    .post('/admin/mail/test', async ({ body, pageContext, set }) => {
      if (!config.mail) throw new Refusal(409, 'This board sends no mail.')
      const typed = textOf(asFields(body).address)
      const address = addressIn(typed)
      if (!address) {
        set.status = 422
        const errors = { address: 'This is no address for mail.' }
        return page(pageContext, { isPut: false, address: typed, errors })
      }
      const { id, name } = pageContext.viewer
      const mail = { kind: 'test', by: startOf(name), user: id, address, language: language() } as const
      if (!(await putLimitedMail(db, mail, testsInAnHour))) {
        set.status = 429
        const errors = { address: 'You have sent many of these. Please try again in an hour.' }
        return page(pageContext, { isPut: false, address: typed, errors })
      }
      return seeOther(withMailPut)
    })

    .post('/admin/mail/send', async () => {
      await sendMailsAgain(db)
      return seeOther(withMailPut)
    })

    .post('/admin/mail/:id/send', async ({ params: { id } }) => {
      const says = 'There is no such mail any more.'
      if (!(await sendMailAgain(db, idIn(id, says)))) throw new Refusal(404, says)
      return seeOther(withMailPut)
    })
}
