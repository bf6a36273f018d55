import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { noteEvent } from '../events/note.ts'
import { type FieldErrors, RefusalLeadingOn } from '../platform/errors.ts'
import { sha256 } from '../platform/sha256.ts'
import { endLinks } from './links.ts'
import { hashOfPassword, passwordError } from './passwords.ts'
import {
  type LinkedMember,
  lockUser,
  memberOfPasswordLink,
  type Proven,
  replacePassword,
  takePasswordLink,
} from './queries.ts'
import { tellOfNewPassword } from './recovery.ts'
import { endSignIns } from './sessions.ts'

/** The member whose link has this token. Throws a 404 for one that was used, is too old or never was. */
export async function memberOfLink({ db }: Context, token: string): Promise<LinkedMember> {
  const member = await memberOfPasswordLink(db, sha256(token))
  if (!member) throw linkGone()
  return member
}

/**
 * Sets a new password for the link's member, which uses the link up, ends all their sessions, revokes their
 * tokens and any link that confirms an address. Or says what is wrong with the password, and the link stays
 * good. Throws a 404 as `memberOfLink` does.
 */
export async function setPasswordByLink(
  context: Context,
  token: string,
  member: LinkedMember,
  password: string,
): Promise<{ errors: FieldErrors } | { proven: Proven; hasFactor: boolean }> {
  const wrong = passwordError(password, member.name)
  if (wrong) return { errors: { password: wrong } }

  const { id } = member
  const passwordHash = await hashOfPassword(context, password)
  const ended = await context.db.transaction(async (sql) => {
    // The member before the link, as everyone who locks both does.
    await lockUser(sql, id)
    if (!(await takePasswordLink(sql, id, sha256(token)))) throw linkGone()
    if (!(await replacePassword(sql, id, passwordHash))) throw linkGone()
    await endLinks(sql, id)
    await tellOfNewPassword(context, sql, member)
    await noteEvent(sql, id, 'password-changed')
    return endSignIns(sql, id, { withTokens: true })
  })
  await context.cache.invalidate(invalidatedBy.signInsChanged(ended))
  return { proven: { id, passwordHash }, hasFactor: member.hasFactor === 1 }
}

const linkGone = () =>
  new RefusalLeadingOn(404, 'This link is no longer good: each works once, for 30 minutes.', {
    to: '/forgot',
    says: 'Send me a link',
  })
