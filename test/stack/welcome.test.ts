import { expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { noteBeginning } from '../../stack/beginning.ts'
import { welcomeText } from '../../stack/cli/welcome.ts'
import { makeDataFolder } from '../../stack/data-folder.ts'
import { openSecrets } from '../../stack/secrets.ts'
import { temporaryFolder } from '../support/servers/reaper.ts'

const status = { url: 'http://127.0.0.1:8080', statsUrl: 'http://127.0.0.1:8404/' }

function startedIn(data: string, env: Record<string, string> = {}) {
  makeDataFolder(data)
  const { demoAdmin } = openSecrets(data)
  noteBeginning(data, env)
  return { demoAdmin, welcome: (env: Record<string, string>) => welcomeText(status, data, true, env) }
}

test('every start names the admin that the board began with, whatever is set by now', () => {
  const began = { ADMIN_NAME: 'ruth', ADMIN_PASSWORD: 'given once', SAMPLE: 'off' }
  const { welcome } = startedIn(join(temporaryFolder(), 'board'), began)

  const first = welcome(began)
  const again = welcome({})
  const other = welcome({ ADMIN_NAME: 'olga', SAMPLE: 'on' })

  for (const each of [first, again, other]) expect(each).toContain('sign in as ruth, first password as given')
  for (const each of [first, again]) expect(each).not.toContain('changed nothing')
  expect(other).toContain('ADMIN_NAME changed nothing: only a new board begins with it.')
  expect(other).toContain('SAMPLE changed nothing: only a new board begins with it.')
})

test('a password that is given later is said to change nothing, and the first one still shown', () => {
  const { welcome, demoAdmin } = startedIn(join(temporaryFolder(), 'board'))

  const later = welcome({ ADMIN_PASSWORD: 'given late' })

  expect(later).toContain(`sign in as admin, first password ${demoAdmin}`)
  expect(later).toContain('ADMIN_PASSWORD changed nothing: only a new board begins with it.')
})

test.each(['', '\u0000}{ no such thing', '[]', '{"adminName": 5}'])(
  'what the board began with may be damaged, as %j: then what is set now is named',
  (text) => {
    const data = join(temporaryFolder(), 'board')
    const { welcome } = startedIn(data, { ADMIN_NAME: 'ruth' })
    writeFileSync(join(data, 'beginning.json'), text)

    const shown = welcome({ ADMIN_NAME: 'olga' })

    expect(shown).toContain('sign in as olga')
  },
)

test('the command that stops it is one that a shell understands', () => {
  const data = join(temporaryFolder(), "ana's board")
  const { welcome } = startedIn(data)
  const [, line = ''] = /Stop +(.*)/.exec(welcome({})) ?? []

  const { stdout } = Bun.spawnSync(['sh', '-c', `printf '%s' ${line.replace('./agora down --data ', '')}`])

  expect(stdout.toString()).toBe(data)
})
