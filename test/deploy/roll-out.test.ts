import { expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../support/servers/processes.ts'
import { root, temporaryFolder } from '../support/servers/reaper.ts'

setDefaultTimeout(20_000)

/**
 * In place of ssh and of a server: a program that does to files in a folder a server what server.sh does to
 * containers. The real one is tried in test/machines/machines.compose.ts.
 */
const remote = `#!/bin/sh
while [ "$1" = -o ]; do shift 2; done
cd "$(dirname "$0")/$1" || exit 255
echo "$*" >>../log
shift
case $1 in
  image) cat image ;;
  check) ! grep -q "^$(cat image)$" sick 2>/dev/null ;;
  roll) if grep -q "^$2$" refused 2>/dev/null; then exit 1; fi; cp image before; echo "$2" >image ;;
  back) cp before image ;;
esac
`

test('rolls one server after the other, each healthy before the next', async () => {
  const servers = await openServers(['batcher', 'one', 'two'])

  const { code } = await servers.rollOut('agora:2')

  expect(code).toBe(0)
  expect(await servers.images()).toEqual(['agora:2', 'agora:2', 'agora:2'])
  expect((await servers.log()).filter((line) => / (roll|check|finish)/.test(line)).slice(3)).toEqual([
    'batcher roll agora:2',
    'batcher check',
    'one roll agora:2',
    'one check',
    'two roll agora:2',
    'two check',
    'batcher finish',
    'one finish',
    'two finish',
  ])
})

test('takes those back that were rolled when a server refuses the image', async () => {
  const servers = await openServers(['batcher', 'one', 'two'])
  await servers.write('two', 'refused', 'agora:2\n')

  const { code, output } = await servers.rollOut('agora:2')

  expect(code).toBe(1)
  expect(output).toContain('two: failed')
  expect(await servers.images()).toEqual(['agora:1', 'agora:1', 'agora:1'])
  expect((await servers.log()).filter((line) => line.endsWith('finish'))).toEqual([])
})

test('takes a server back, too, that is not healthy afterwards, and touches none behind it', async () => {
  const servers = await openServers(['batcher', 'one', 'two'])
  await servers.write('one', 'sick', 'agora:2\n')

  const { code } = await servers.rollOut('agora:2')

  expect(code).toBe(1)
  expect(await servers.images()).toEqual(['agora:1', 'agora:1', 'agora:1'])
  expect((await servers.log()).filter((line) => line.startsWith('two roll'))).toEqual([])
})

test('touches nothing while a server is not healthy', async () => {
  const servers = await openServers(['batcher', 'one'])
  await servers.write('one', 'sick', 'agora:1\n')

  const { code } = await servers.rollOut('agora:2')

  expect(code).toBe(1)
  expect((await servers.log()).filter((line) => line.includes('roll'))).toEqual([])
})

test('passes a server by that runs the image already', async () => {
  const servers = await openServers(['batcher', 'one'])
  await servers.write('batcher', 'image', 'agora:2\n')

  const { code } = await servers.rollOut('agora:2')

  expect(code).toBe(0)
  expect((await servers.log()).filter((line) => line.includes('roll'))).toEqual(['one roll agora:2'])
})

test('wants an image and servers', async () => {
  const rollOut = join(root, 'deploy/roll-out.sh')

  expect((await run([rollOut])).code).not.toBe(0)
  expect((await run([rollOut, 'agora:2'])).code).toBe(2)
})

async function openServers(names: string[]) {
  const folder = temporaryFolder()
  const at = (...path: string[]) => Bun.file(join(folder, ...path))
  writeFileSync(join(folder, 'ssh'), remote, { mode: 0o755 })
  for (const name of names) {
    mkdirSync(join(folder, name))
    await Bun.write(at(name, 'image'), 'agora:1\n')
  }
  return {
    rollOut: (image: string) =>
      run([join(root, 'deploy/roll-out.sh'), image, ...names], { env: { SSH: join(folder, 'ssh') } }),
    write: (name: string, file: string, text: string) => Bun.write(at(name, file), text),
    images: () => Promise.all(names.map(async (name) => (await at(name, 'image').text()).trim())),
    log: async () => (await at('log').text()).trim().split('\n'),
  }
}
