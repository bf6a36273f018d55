import { say } from '../../texts/say.ts'
import type { Viewer } from '../accounts/queries.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import type { NamedFile } from '../pictures/decoder-process.ts'
import type { Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { digitsOf } from '../platform/known-names.ts'
import { noteAdmin } from '../removal/queries.ts'
import { filesOf } from '../settings/logos.ts'
import { type Look, lookFields, lookIn, settingOf } from '../settings/look.ts'
import { deleteOldLogos, insertLogos, lockCurrency, lockedSettings, putSetting } from '../settings/queries.ts'
import { settingsIn } from '../settings/service.ts'
import { stayAdmin } from './members.ts'
import { hasPromises, itemWithDecimals } from './queries.ts'

/**
 * Sets the look, for every replica at once. Other admins read who changed what. Throws what `expected` throws
 * of the look as it is when nobody else changes it any more.
 */
export async function changeLook(
  context: Context,
  request: Request,
  admin: Viewer,
  look: Partial<Look>,
  files: NamedFile[],
  expected: (now: Look) => void,
): Promise<void> {
  await context.db.transaction(async (sql) => {
    // What is stored with a price meanwhile is there when it is looked for, or comes after the new currency.
    if (look.currency) await lockCurrency(sql)
    await stayAdmin(sql, request, admin)
    const now = lookIn(context, settingsIn(await lockedSettings(sql)))
    expected(now)
    if (look.currency && look.currency !== now.currency)
      await refuseCurrency(sql, now.currency, look.currency)
    if (files.length > 0) await insertLogos(sql, files)
    for (const field of lookFields) {
      const value = look[field]
      if (value === undefined || value === now[field]) continue
      await putSetting(sql, settingOf[field], value, admin.id)
      await noteAdmin(sql, 'setting', { subject: settingOf[field], detail: value, by: admin.id })
    }
    if (files.length > 0) await deleteOldLogos(sql, filesOf({ ...now, ...look }))
  })
  await context.cache.invalidate(invalidatedBy.settingsChanged())
}

/**
 * Prices and orders are numbers beside the board's one currency. Throws a 409 where another one would change
 * what an order says that somebody paid, or could not say what an item costs.
 */
async function refuseCurrency(sql: Sql, now: string, next: string): Promise<void> {
  if (await hasPromises(sql)) {
    const says = say(
      'What was ordered or offered in {currency} would read as if it were in {next}, so it stays.',
      {
        ...{ currency: now, next },
      },
    )
    throw new Refusal(409, says, { currency: says })
  }
  const item = await itemWithDecimals(sql, digitsOf(next))
  if (!item) return
  const says = say('{item} costs {price}, which is no amount of {next}. Please change its price first.', {
    ...{ item: item.name, price: Number(item.price).toFixed(digitsOf(now)), next },
  })
  throw new Refusal(409, says, { currency: says })
}
