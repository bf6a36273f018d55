import { describe, expect, test } from 'bun:test'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './support/servers/processes.ts'
import { PATH, root, temporaryFolder } from './support/servers/reaper.ts'

test('./agora up fetches what a site needs, ./agora test the tools too, and each only once', async () => {
  const { agora, question } = copy()

  for (const command of ['up', 'status', 'test', 'bench', 'up']) await agora(command)

  expect(await question()).toEqual(['install --frozen-lockfile --production', 'install --frozen-lockfile'])
})

test('./agora fetches packages anew when the lock file changes', async () => {
  const { agora, question, folder } = copy()
  await agora('test')

  writeFileSync(join(folder, 'bun.lock'), 'another')
  await agora('up')

  expect(await question()).toEqual(['install --frozen-lockfile', 'install --frozen-lockfile --production'])
})

test('./agora keeps its own processes off the proxy that it is given', async () => {
  const { agora, folder } = copy()

  await agora('status', { http_proxy: 'http://127.0.0.1:9', no_proxy: '', NO_PROXY: 'mirror.example' })
  const [lower, upper] = (await Bun.file(join(folder, 'proxies')).text()).trim().split('\n')

  expect([lower, upper]).toEqual(Array(2).fill('127.0.0.1,localhost,mirror.example'))
})

describe('without Bun', () => {
  test.each([
    ['does not reach the registry', 'echo no network >&2; exit 1', {}, ['no network']],
    [
      'hears nothing from it',
      'exec sleep 600',
      { FETCH_SECONDS: '1' },
      ['given up after 1 s; FETCH_SECONDS'],
    ],
  ])('./agora says in a sentence that npm %s', async (_, acts, env, says) => {
    const { agora, folder } = copy()
    const put = (name: string, text: string) =>
      writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
    put('bun', 'echo 0.0.1')
    put('npm', `case $1 in\nconfig) echo http://registry.example/ ;;\n*) ${acts} ;;\nesac`)

    const { code, output } = await agora('up', env)

    expect(code).toBe(1)
    for (const part of [...says, 'agora: npm cannot reach http://registry.example/. Check the network'])
      expect(output).toContain(part)
  })

  test('./agora wants a whole number of seconds', async () => {
    const { code, output } = await copy().agora('up', { FETCH_SECONDS: '1.5' })

    expect([code, output.trim()]).toEqual([
      1,
      'agora: FETCH_SECONDS takes a whole number of seconds, not "1.5"',
    ])
  })
})

/** The command with a package manager that only writes down what it is asked. */
function copy() {
  const folder = temporaryFolder()
  for (const name of ['agora', 'package.json', 'bun.lock']) cpSync(join(root, name), join(folder, name))
  mkdirSync(join(folder, 'node_modules'))
  mkdirSync(join(folder, 'bin'))
  const log = join(folder, 'log')
  const version = '$(sed -n \'s/.*"packageManager": *"bun@\\([^"]*\\)".*/\\1/p\' package.json)'
  const bun = `#!/bin/sh\ncd '${folder}'\ncase $1 in\n--version) echo "${version}" ;;\ninstall) echo "$*" | sed 's/ --cwd.*//' >>'${log}' ;;\n*) printf '%s\\n' "$no_proxy" "$NO_PROXY" >proxies ;;\nesac\n`
  writeFileSync(join(folder, 'bin/bun'), bun, { mode: 0o755 })
  writeFileSync(log, '')
  return {
    folder,
    agora: (command: string, env = {}) =>
      run([join(folder, 'agora'), command], { env: { ...env, PATH: `${join(folder, 'bin')}:${PATH}` } }),
    question: async () => (await Bun.file(log).text()).trim().split('\n').filter(Boolean),
  }
}
