import { Elysia } from 'elysia'
import { isLanguage } from '../../texts/languages.ts'
import { setLanguage } from '../accounts/queries.ts'
import { viewerOf } from '../accounts/sessions.ts'
import type { Context } from '../context.ts'
import { backOf, seeOther } from '../http/page-context.ts'
import { Refusal } from '../platform/errors.ts'
import { asFields } from '../platform/fields.ts'
import { languageCookie } from './choice.ts'

/** The choice at the foot of every page, which a member's account keeps; `any` ends it. */
export const languageForm = (context: Context) =>
  new Elysia({ name: 'language' }).post('/language', async ({ body, request }) => {
    const { language } = asFields(body)
    const chosen = language === 'any' ? null : language
    if (chosen !== null && !isLanguage(chosen)) throw new Refusal(422, 'There is no such language here.')
    const viewer = await viewerOf(context, request)
    if (viewer) await setLanguage(context.db, viewer.id, chosen)
    return seeOther(backOf(request, '/'), { 'set-cookie': languageCookie(request, chosen) })
  })
