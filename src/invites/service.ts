import type { Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { sha256 } from '../platform/sha256.ts'
import { type Invite, insertInvitedMember, inviteByToken, takeInvite } from './queries.ts'

/** Returns why nobody joins by it any more, as a sentence. */
export function faultOf(invite: Invite | undefined): string | undefined {
  if (!invite) return 'There is no such invitation.'
  if (invite.revokedAt !== null) return 'This invitation was withdrawn. Please ask for another one.'
  if (invite.hasEnded) return 'This invitation has come to its end. Please ask for another one.'
  if (invite.used >= invite.uses) return 'This invitation is used up. Please ask for another one.'
  return undefined
}

/** Throws a 404, or a 410 with the reason, unless somebody may join by it. */
export async function inviteOrRefuse(sql: Sql, token: string): Promise<void> {
  const invite = await inviteByToken(sql, sha256(token))
  const fault = faultOf(invite)
  if (fault) throw new Refusal(invite ? 410 : 404, fault)
}

/** Throws a 422 with the reason, unless somebody may join by it. */
export async function refuseUnlessInvited(sql: Sql, token: string): Promise<void> {
  const fault = faultOf(await inviteByToken(sql, sha256(token)))
  if (fault) throw noGood(fault)
}

/** Uses it for this new member, in the transaction that stores them. Throws a 422 with the reason. */
export async function joinBy(sql: Sql, token: string, user: number): Promise<void> {
  const hash = sha256(token)
  if (!(await takeInvite(sql, hash)))
    throw noGood(
      faultOf(await inviteByToken(sql, hash)) ?? 'This invitation is used up. Please ask for another one.',
    )
  await insertInvitedMember(sql, user, hash)
}

const noGood = (fault: string) => new Refusal(422, fault, { invite: fault })
