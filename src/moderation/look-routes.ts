import { Elysia } from 'elysia'
import { LookPage, LookPanel } from '../../views/admin-look.tsx'
import type { Context } from '../context.ts'
import { overtakenBy, refuseOvertaken } from '../http/form-version.ts'
import { respond } from '../http/respond.ts'
import { asFields, textOf } from '../platform/fields.ts'
import { logoFields, readLogos } from '../settings/logos.ts'
import { type Look, lastLook, lookFields, lookOf, versionOfLook } from '../settings/look.ts'
import { readLook } from '../settings/read-look.ts'
import { type AdminPageContext, adminsOnly } from './admins-only.ts'
import { changeLook } from './look.ts'

type Panel = Partial<Parameters<typeof LookPanel>[0]>
type Exchange = { pageContext: AdminPageContext } & Parameters<typeof respond>[0]

/** The page on which admins say what the board is called and looks like. */
export const lookAdmin = (context: Context) => {
  const draw = ({ pageContext, ...exchange }: Exchange, panel: Panel = {}, status = 200) => {
    const now = lastLook(context)
    const props = { look: now, version: versionOfLook(now), ...panel }
    return respond(exchange, {
      page: () => LookPage({ pageContext: { ...pageContext, look: now }, ...props }),
      fragment: () => LookPanel(props),
      status,
    })
  }

  return new Elysia({ name: 'look-admin' })
    .use(adminsOnly(context))
    .get('/admin/site', ({ pageContext, request, set }) => draw({ pageContext, request, set }))

    .post('/admin/site', async ({ body, pageContext, request, set }) => {
      const fields = asFields(body)
      const { draft, errors: wrong = {} } = readLook(fields)
      const logos = await readLogos(context, body)
      const atOnce = { ...wrong, ...logos.errors }
      const errors =
        !draft || Object.keys(atOnce).length > 0
          ? atOnce
          : await overtakenBy(() =>
              changeLook(
                context,
                request,
                pageContext.viewer,
                { ...draft, ...logos.changes },
                logos.files,
                (now) => refuseOvertaken(body, versionOfLook(now), 'name'),
              ),
            )
      await lookOf(context)
      if (errors) {
        const look = { ...lastLook(context), ...typedIn(fields) }
        return draw({ pageContext, request, set }, { look, errors }, 422)
      }
      return draw({ pageContext, request, set }, { said: 'It is saved, and shows everywhere.' })
    })
}

/** Browsers send no file a second time. */
const typedFields = lookFields.filter((field) => !logoFields.some((each) => each === field))

const typedIn = (fields: Record<string, unknown>): Partial<Look> =>
  Object.fromEntries(typedFields.map((field) => [field, textOf(fields[field])]))
