import { language } from '../../texts/say.ts'
import { startOf } from '../../views/names.ts'
import type { Context } from '../context.ts'
import { addressIn, keyOfAddress } from '../mail/address.ts'
import { isRecoveryUnderWay, lockAddress, lockRecovery, putMail } from '../mail/queries.ts'
import type { Sql } from '../platform/db.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { refuseWhereElsewhere } from './duty.ts'

/**
 * Has a link for a new password sent to whoever has this address. Whether anybody has is not looked up here
 * but by the courier, later: the answer, its time and what is written are the same for each. Or says what is
 * wrong with what was typed.
 */
export async function askForLink(context: Context, typed: string): Promise<FieldErrors | undefined> {
  const { config, db } = context
  refuseWhereElsewhere(context)
  if (!config.mail) throw new Refusal(409, 'This board sends no mail.')
  const address = addressIn(typed)
  if (!address) return { address: 'This is no address for mail.' }
  const key = keyOfAddress(address)
  if (await isRecoveryUnderWay(db, key)) return undefined
  await db.transaction(
    async (sql) => {
      await lockRecovery(sql)
      if (await isRecoveryUnderWay(sql, key)) return
      await putMail(sql, { kind: 'recovery', address, language: language() })
    },
    ['recovery'],
  )
  return undefined
}

/**
 * Tells a member by mail, if mail reaches them, that their password was changed: to be said if it was not
 * they.
 */
export async function tellOfNewPassword(
  { config }: Context,
  sql: Sql,
  { id, name }: { id: number; name: string },
): Promise<void> {
  const to = config.mail && (await lockAddress(sql, id))
  if (to) await putMail(sql, { kind: 'password-changed', name: startOf(name), user: id, ...to })
}
