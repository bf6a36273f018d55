import type { Viewer } from '../accounts/queries.ts'
import { storeMember } from '../accounts/sign-up.ts'
import { type Applicant, deleteApplication, lockApplication } from '../applications/queries.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { putMail, putPendingAddress } from '../mail/queries.ts'
import { stayAdmin } from '../moderation/members.ts'
import { lockNames, rowsOfNames } from '../names/queries.ts'
import type { Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { noteAdmin } from '../removal/queries.ts'

/**
 * Makes a member of who applied, who may sign in from now on and is told by mail where they gave an address.
 * Throws a 404 for an application that was decided, a 409 when somebody else has the name by now.
 */
export async function accept(context: Context, request: Request, admin: Viewer, id: number): Promise<void> {
  const name = await decide(
    context,
    request,
    admin,
    id,
    async (sql, { name, passwordHash, address, language }) => {
      const user = await storeMember(sql, name, passwordHash).catch(inWordsForAdmins)
      await noteAdmin(sql, 'let-in', { subject: name, by: admin.id })
      if (!address || !context.config.mail) return
      await putPendingAddress(sql, user, address, language)
      await putMail(sql, { kind: 'let-in', name, user, address, language })
    },
  )
  await context.cache.invalidate(invalidatedBy.userAddedOrChanged(name))
}

/** Takes the application away. Who applied is told so where they gave an address, with the reason. */
export async function turnAway(
  context: Context,
  request: Request,
  admin: Viewer,
  id: number,
  reason: string,
): Promise<void> {
  await decide(context, request, admin, id, async (sql, { name, address, language }) => {
    await noteAdmin(sql, 'turned-away', { subject: name, by: admin.id })
    if (address && context.config.mail)
      await putMail(sql, { kind: 'turned-away', name, reason, address, language })
  })
}

/** Each is decided once, whoever else presses. Returns the name. */
const decide = (
  { db }: Context,
  request: Request,
  admin: Viewer,
  id: number,
  work: (sql: Sql, applicant: Applicant) => Promise<void>,
): Promise<string> =>
  db.transaction(async (sql) => {
    await lockNames(sql, 'users')
    await stayAdmin(sql, request, admin)
    const applicant = await lockApplication(sql, id)
    if (!applicant) throw new Refusal(404, 'This application was decided already.')
    await deleteApplication(sql, id)
    await work(sql, applicant)
    return applicant.name
  }, rowsOfNames('users'))

function inWordsForAdmins(error: unknown): never {
  if (!(error instanceof Refusal) || error.status !== 409) throw error
  throw new Refusal(409, 'Somebody else has such a name by now: they have to apply by another one.')
}
