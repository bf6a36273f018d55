import { newTotpSecret } from '../../../src/factors/totp.ts'
import { codeOf, letTimePass, turnOn } from '../site/factor.ts'
import { attributeIn } from '../site/markup.ts'
import { password } from '../site/page.ts'
import type { Fixture, Write } from './fixture.ts'

/** Every write of what members sign in with besides a password. */
export function writesOfKeys(fixture: Fixture, newName: (kind: string) => string): Record<string, Write> {
  const withKeys = async () => {
    const { name, visitor } = await fixture.sites.join(newName('bo'))
    const keys = await turnOn(visitor)
    await letTimePass(fixture.sites.warm.accounts.database)
    return { name, visitor, keys }
  }
  const proven = (path: string) => async () => {
    const { visitor, keys } = await withKeys()
    const fields = { confirm: password, code: codeOf(keys) }
    return () => fixture.sites.form('accounts', path, fields, visitor)
  }

  return {
    'POST /login/code': async () => {
      const { name, keys } = await withKeys()
      const page = await fixture.sites.form('accounts', '/login', { username: name, password })
      const half = attributeIn(await page.text(), '[name=half]', 'value')
      return () => fixture.sites.form('accounts', '/login/code', { half, code: codeOf(keys) })
    },
    'POST /account/second-factor': async () => {
      const { visitor } = await fixture.sites.join(newName('bo'))
      const secret = newTotpSecret()
      const fields = { secret, first: codeOf({ secret }), confirm: password }
      return () => fixture.sites.form('accounts', '/account/second-factor', fields, visitor)
    },
    'POST /account/second-factor/codes': proven('/account/second-factor/codes'),
    'POST /account/second-factor/off': proven('/account/second-factor/off'),
  }
}
