import { expect, test } from 'bun:test'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './support/processes.ts'
import { PATH, root, temporaryFolder } from './support/warden.ts'

test('./agora up fetches what a site needs, ./agora test the tools too, and each only once', async () => {
  const { agora, asked } = copy()

  for (const command of ['up', 'status', 'test', 'bench', 'up']) await agora(command)

  expect(await asked()).toEqual(['install --frozen-lockfile --production', 'install --frozen-lockfile'])
})

test('./agora fetches packages anew when the lock file changes', async () => {
  const { agora, asked, folder } = copy()
  await agora('test')

  writeFileSync(join(folder, 'bun.lock'), 'another')
  await agora('up')

  expect(await asked()).toEqual(['install --frozen-lockfile', 'install --frozen-lockfile --production'])
})

/** The command with a package manager that only writes down what it is asked. */
function copy() {
  const folder = temporaryFolder()
  for (const name of ['agora', 'package.json', 'bun.lock']) cpSync(join(root, name), join(folder, name))
  mkdirSync(join(folder, 'node_modules'))
  mkdirSync(join(folder, 'bin'))
  const log = join(folder, 'log')
  const version = '$(sed -n \'s/.*"packageManager": *"bun@\\([^"]*\\)".*/\\1/p\' package.json)'
  const bun = `#!/bin/sh\ncd '${folder}'\ncase $1 in\n--version) echo "${version}" ;;\ninstall) echo "$*" | sed 's/ --cwd.*//' >>'${log}' ;;\nesac\n`
  writeFileSync(join(folder, 'bin/bun'), bun, { mode: 0o755 })
  writeFileSync(log, '')
  return {
    folder,
    agora: (command: string) =>
      run([join(folder, 'agora'), command], { env: { PATH: `${join(folder, 'bin')}:${PATH}` } }),
    asked: async () => (await Bun.file(log).text()).trim().split('\n').filter(Boolean),
  }
}
