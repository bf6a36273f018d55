import { language } from '../../texts/say.ts'
import { startOf } from '../../views/names.ts'
import type { Context } from '../context.ts'
import { noteEvent } from '../events/note.ts'
import { addressIn, keyOfAddress } from '../mail/address.ts'
import {
  addressOfLink,
  addressOfMember,
  confirmAddress,
  deleteAddress,
  type LinkedAddress,
  lockAddress,
  mailsInAnHour,
  type OwnAddress,
  putMail,
  putPendingAddress,
} from '../mail/queries.ts'
import { isDuplicate } from '../platform/db.ts'
import { type FieldErrors, Refusal, RefusalLeadingOn } from '../platform/errors.ts'
import { sha256 } from '../platform/sha256.ts'
import { type Proof, provenBy, refuseTokens } from './proof.ts'
import { deletePasswordLinkOf, holdPassword, lockUser, type Viewer } from './queries.ts'

/** Mails by which one account may ask for an address to be confirmed. */
const mostInAnHour = 5

const noAddress: OwnAddress = { address: null, pending: null, refusedAt: null }

/** The member's own address; undefined where no mail is sent. */
export const ownAddress = async ({ config, db }: Context, { id }: Viewer): Promise<OwnAddress | undefined> =>
  config.mail && ((await addressOfMember(db, id)) ?? noAddress)

/**
 * Sends a link to an address that a member typed; theirs it is when they have followed it. The answer is the
 * same when another account has it: who owns the mailbox is told there. Or says what is wrong, field by
 * field.
 */
export async function changeAddress(
  context: Context,
  request: Request,
  viewer: Viewer,
  typed: string,
  proof: Proof,
): Promise<FieldErrors | undefined> {
  refuseTokens(request)
  refuseWithoutMail(context)
  const address = addressIn(typed)
  if (!address) return { address: 'This is no address for mail.' }
  const { proven, errors } = await provenBy(context, request, viewer, proof)
  if (errors) return errors

  return context.db.transaction(async (sql) => {
    if (!(await holdPassword(sql, proven))) return notYours
    await putPendingAddress(sql, viewer.id, address, language())
    if ((await mailsInAnHour(sql, viewer.id, 'confirm-address')) >= mostInAnHour)
      throw new RefusalLeadingOn(429, 'You have sent many of these. Please try again in an hour.', toAccount)
    const mail = { kind: 'confirm-address', name: startOf(viewer.name) } as const
    await putMail(sql, { ...mail, user: viewer.id, address, language: language() })
    return undefined
  })
}

/**
 * Removes a member's address, ends links that were sent to it, and tells so there. Or says what is wrong,
 * field by field.
 */
export async function removeAddress(
  context: Context,
  request: Request,
  viewer: Viewer,
  proof: Proof,
): Promise<FieldErrors | undefined> {
  refuseTokens(request)
  refuseWithoutMail(context)
  const { proven, errors } = await provenBy(context, request, viewer, proof)
  if (errors) return errors

  return context.db.transaction(async (sql) => {
    if (!(await holdPassword(sql, proven))) return notYours
    const was = await lockAddress(sql, viewer.id)
    await deleteAddress(sql, viewer.id)
    await deletePasswordLinkOf(sql, viewer.id)
    if (was) await noteEvent(sql, viewer.id, 'address-changed')
    if (was)
      await putMail(sql, { kind: 'address-changed', name: startOf(viewer.name), user: viewer.id, ...was })
    return undefined
  })
}

const notYours = { confirm: 'This is not your password.' }

/**
 * Returns what the link of this token confirms. Throws a 404 for one that was used, is too old or never was.
 */
export async function addressOfToken({ db }: Context, token: string): Promise<LinkedAddress> {
  const found = await addressOfLink(db, sha256(token))
  if (!found) throw linkGone()
  return found
}

/**
 * Makes the link's address the member's, which uses the link up, ends links for a new password, and tells the
 * address that was theirs before. Throws a 404 as `addressOfToken` does, and a 409 when another account has
 * the address by now.
 */
export async function confirmByLink(context: Context, token: string, linked: LinkedAddress): Promise<void> {
  const { user, name, pending } = linked
  await context.db.transaction(async (sql) => {
    await lockUser(sql, user)
    const was = await lockAddress(sql, user)
    if (!(await confirmOrRefuse(() => confirmAddress(sql, linked, sha256(token))))) throw linkGone()
    await deletePasswordLinkOf(sql, user)
    await noteEvent(sql, user, 'address-changed')
    if (was && keyOfAddress(was.address) !== keyOfAddress(pending))
      await putMail(sql, { kind: 'address-changed', name: startOf(name), user, ...was })
  })
}

async function confirmOrRefuse(confirm: () => Promise<boolean>): Promise<boolean> {
  try {
    return await confirm()
  } catch (error) {
    if (!isDuplicate(error)) throw error
    throw new RefusalLeadingOn(409, 'Another account has this address by now.', toAccount)
  }
}

function refuseWithoutMail({ config }: Context): void {
  if (!config.mail) throw new Refusal(409, 'This board sends no mail.')
}

const linkGone = () =>
  new RefusalLeadingOn(404, 'This link is no longer good: the newest one works once, for a day.', toAccount)

/** There an address can be given once more. */
const toAccount = { to: '/account', says: 'To your account' }
