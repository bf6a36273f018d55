import { totpCode } from '../../../src/factors/totp.ts'
import type { TestDatabase } from '../servers/database.ts'
import { attributeIn, textsIn } from './markup.ts'
import { password } from './page.ts'
import type { Visitor } from './visitor.ts'

/** What a member with a second factor has: their app's secret, and what is on paper. */
export type Keys = { secret: string; codes: string[] }

/** The code that an app with this secret shows; `secondsAgo` what it showed. */
export const codeOf = ({ secret }: Pick<Keys, 'secret'>, secondsAgo = 0) =>
  totpCode(secret, Date.now() - secondsAgo * 1_000)

/** Six digits that are no code of now. */
export function wrongCodeOf(keys: Pick<Keys, 'secret'>): string {
  const right = [-30, 0, 30].map((seconds) => codeOf(keys, seconds))
  return ['000000', '111111', '222222', '333333'].find((code) => !right.includes(code)) ?? ''
}

/** Turns the second factor of somebody on who is signed in at an accounts replica. */
export async function turnOn(visitor: Visitor): Promise<Keys> {
  const page = await (await visitor.get('/account/second-factor')).text()
  const secret = attributeIn(page, '#set-up [name=secret]', 'value')
  const answer = await visitor.post('/account/second-factor', {
    secret,
    first: codeOf({ secret }),
    confirm: password,
  })
  return { secret, codes: codesShown(await answer.text()) }
}

/** The recovery codes that a page shows. */
export const codesShown = (page: string) => (textsIn(page, '.codes code')[0] ?? '').split('\n')

/** As if so much time had gone by that codes are asked for again, and the app shows another one. */
export async function letTimePass({ write }: Pick<TestDatabase, 'write'>): Promise<void> {
  await write('UPDATE second_factors SET last_step = 0')
  await write('UPDATE sessions SET code_at = code_at - INTERVAL 6 MINUTE')
}
