import { expect, test } from 'bun:test'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from './support/servers/processes.ts'
import { root, temporaryFolder } from './support/servers/reaper.ts'

test("adds the numbers of the usual tests, of the Compose tests and of the cluster's up", async () => {
  const ci = project({ agora: says('40 passed, 0 failed', 0, '2 passed, 0 failed'), standIns: 'exit 0' })

  expect(await ci()).toMatchObject({ code: 0, last: '43 passed, 0 failed' })
})

test('leaves what needs images out where there are none', async () => {
  const ci = project({ agora: says('40 passed, 0 failed', 0) })

  expect(await ci()).toMatchObject({ code: 0, last: '40 passed, 0 failed' })
})

test.each([
  ['a test failed', says('39 passed, 1 failed', 1), '39 passed, 1 failed'],
  ['the command ended badly though no test failed', says('40 passed, 0 failed', 139), '40 passed, 1 failed'],
  ['the command crashed before it said its numbers', says('Segmentation fault', 139), '0 passed, 1 failed'],
  ['the command ran nothing', says('', 0), '0 passed, 1 failed'],
])('fails when %s', async (_, agora, last) => {
  const ci = project({ agora })

  expect(await ci()).toMatchObject({ code: 1, last })
})

test('fails when there are images that do not start', async () => {
  const ci = project({ agora: says('40 passed, 0 failed', 0), standIns: 'exit 1' })

  expect(await ci()).toMatchObject({ code: 1, last: '40 passed, 1 failed' })
})

test('repeats at the end what failed, however much was printed since', async () => {
  const lost = "failed: likes.test.ts: a like: it's lost"
  const agora = `[ "\${2:-}" ] || { echo "${lost}"; echo '8 passed, 1 failed'; exit 1; }; echo '3 passed, 0 failed'`
  const ci = project({ agora, standIns: 'exit 0' })

  expect((await ci()).all).toEndWith(`3 passed, 0 failed\n${lost}\n\n14 passed, 1 failed\n`)
})

test('fails when the nodes of a cluster cannot be made, or their tests end without a number', async () => {
  const withCluster = (line: string) =>
    project({
      agora: `[ "\${2:-}" = cluster ] && { ${line}; }; echo '3 passed, 0 failed'`,
      standIns: 'exit 0',
    })

  expect(await withCluster("echo '0 passed, 1 failed'; exit 1")()).toMatchObject({
    ...{ code: 1, last: '6 passed, 1 failed' },
  })
  expect(await withCluster('exit 0')()).toMatchObject({ code: 1, last: '6 passed, 1 failed' })
})

/**
 * A shell program that prints a last line and ends with a code; asked for the Compose tests it prints another
 * line, and for the cluster's that one has passed.
 */
function says(line: string, code: number, forCompose = ''): string {
  return `[ "\${2:-}" = compose ] && { echo '${forCompose}'; exit 0; }; [ "\${2:-}" = cluster ] && { echo '1 passed, 0 failed'; exit 0; }; echo 'some test'; echo '${line}'; exit ${code}`
}

/** Makes a folder with `.ci/run` and programs in place of those it calls. Returns a function that runs it. */
function project({ agora, standIns }: { agora: string; standIns?: string }) {
  const folder = temporaryFolder()
  const program = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  }
  cpSync(join(root, '.ci/run'), join(folder, 'agora/.ci/run'))
  program('agora/agora', agora)
  if (standIns) program(join('shared', 'stand-ins', 'up'), standIns)

  return async () => {
    const { code, printed } = await run([join(folder, 'agora/.ci/run')])
    return { code, all: printed, last: printed.trimEnd().split('\n').at(-1) }
  }
}
