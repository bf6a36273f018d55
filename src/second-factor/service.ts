import { needsFactor } from '../accounts/duty.ts'
import { type Proof, provenBy, refuseTokens } from '../accounts/proof.ts'
import { lockUser, markCodeGiven, signInsOf, type Viewer } from '../accounts/queries.ts'
import { sessionOf } from '../accounts/sessions.ts'
import { invalidatedBy, type SignIn } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { noteAndTell } from '../events/note.ts'
import {
  deleteFactor,
  deleteRecoveryCodes,
  lockFactor,
  putFactor,
  putRecoveryCodes,
} from '../factors/queries.ts'
import { keyOfRecoveryCode, newRecoveryCodes } from '../factors/recovery-codes.ts'
import { isTotpSecret, stepOfCode } from '../factors/totp.ts'
import type { Sql } from '../platform/db.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'

type NewCodes = { codes: string[]; errors?: undefined } | { errors: FieldErrors; codes?: undefined }

/**
 * Turns a member's second factor on, or puts another app in the place of theirs: only after a right code of
 * it. Returns ten new recovery codes, which nobody can read again; or what is wrong, field by field.
 */
export async function setUpApp(
  context: Context,
  request: Request,
  viewer: Viewer,
  { secret, first, proof }: { secret: string; first: string; proof: Proof },
): Promise<NewCodes> {
  refuseTokens(request)
  if (!isTotpSecret(secret)) throw new Refusal(422, 'This form is not whole. Please open the page again.')
  const step = stepOfCode(secret, first, Date.now())
  if (step === undefined)
    return { errors: { first: 'This is not the code of now. Is the clock of your device right?' } }

  return changed(context, request, viewer, proof, async (sql) => {
    await putFactor(sql, viewer.id, secret, step)
    await noteAndTell(context, sql, viewer, 'factor-on')
    await markCodeGiven(sql, sessionOf(request) ?? '')
    return putNewCodes(sql, viewer.id)
  })
}

/** Ten new recovery codes in the place of those of before; or what is wrong, field by field. */
export const renewCodes = (
  context: Context,
  request: Request,
  viewer: Viewer,
  proof: Proof,
): Promise<NewCodes> =>
  changed(context, request, viewer, proof, async (sql) => {
    await refuseWithoutFactor(sql, viewer.id)
    await noteAndTell(context, sql, viewer, 'codes-renewed')
    return putNewCodes(sql, viewer.id)
  })

/** Turns it off; or says what is wrong, field by field. Throws a 409 where it is a duty, or off. */
export async function turnOff(
  context: Context,
  request: Request,
  viewer: Viewer,
  proof: Proof,
): Promise<FieldErrors | undefined> {
  refuseTokens(request)
  if (needsFactor(context, viewer))
    throw new Refusal(409, 'You need a second factor here: it cannot be turned off.')
  const { errors } = await changed(context, request, viewer, proof, async (sql) => {
    await refuseWithoutFactor(sql, viewer.id)
    await deleteFactor(sql, viewer.id)
    await deleteRecoveryCodes(sql, viewer.id)
    await noteAndTell(context, sql, viewer, 'factor-off')
    return []
  })
  return errors
}

async function refuseWithoutFactor(sql: Sql, user: number): Promise<void> {
  if (!(await lockFactor(sql, user))) throw new Refusal(409, 'Your second factor is not on.')
}

async function putNewCodes(sql: Sql, user: number): Promise<string[]> {
  const codes = newRecoveryCodes()
  await putRecoveryCodes(
    sql,
    user,
    codes.flatMap((code) => keyOfRecoveryCode(code) ?? []),
  )
  return codes
}

/** Does `work` for who proved who they are, while nobody changes their password. */
async function changed(
  context: Context,
  request: Request,
  viewer: Viewer,
  proof: Proof,
  work: (sql: Sql) => Promise<string[]>,
): Promise<NewCodes> {
  const { proven, errors } = await provenBy(context, request, viewer, proof)
  if (errors) return { errors }
  const done = await context.db.transaction(async (sql) => {
    const account = await lockUser(sql, viewer.id)
    if (account?.passwordHash !== proven.passwordHash) return undefined
    const codes = await work(sql)
    const signIns: SignIn[] = await signInsOf(sql, viewer.id)
    return { codes, signIns }
  })
  if (!done) return { errors: { confirm: 'This is not your password.' } }
  await context.cache.invalidate(invalidatedBy.signInsChanged(done.signIns))
  return { codes: done.codes }
}
