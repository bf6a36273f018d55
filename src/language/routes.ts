import { Elysia } from 'elysia'
import { isSecure } from '../accounts/sessions.ts'
import type { Context } from '../context.ts'
import { backOf, seeOther } from '../http/page-context.ts'
import { Refusal } from '../platform/errors.ts'
import { asFields } from '../platform/fields.ts'
import { isLanguage } from './choice.ts'

const year = 365 * 24 * 60 * 60

/** The choice at the foot of every page. */
export const languageForm = (_context: Context) =>
  new Elysia({ name: 'language' }).post('/language', ({ body, request }) => {
    const { language } = asFields(body)
    if (!isLanguage(language)) throw new Refusal(422, 'There is no such language here.')
    return seeOther(backOf(request, '/'), {
      'set-cookie': `language=${language}; Path=/; Max-Age=${year}; HttpOnly; SameSite=Lax${isSecure(request) ? '; Secure' : ''}`,
    })
  })
