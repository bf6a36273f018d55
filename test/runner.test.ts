import { describe, expect, test } from 'bun:test'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseRequest } from './runner/arguments.ts'
import { expectedTimings, longFiles, slowestFiles } from './runner/long-files.ts'
import { readReport } from './runner/report.ts'
import { mannerOf } from './runner/suites.ts'
import { wideLines } from './runner/width.ts'
import { PATH, root, temporaryFolder } from './support/servers/reaper.ts'
import { runAgora } from './support/servers/stack.ts'

describe('./agora test', () => {
  test('runs everything but the Compose tests', () => {
    const { checks, suites } = parseRequest([], true)

    expect(checks).toBe(true)
    expect(suites.map(({ name }) => name)).toEqual(['unit', 'system', 'browser', 'postfix'])
  })

  test('runs the Compose tests too when asked to', () => {
    const { checks, suites } = parseRequest(['--compose'], true)

    expect(checks).toBe(true)
    expect(suites.map(({ name }) => name)).toEqual(['unit', 'system', 'browser', 'postfix', 'compose'])
  })

  test('leaves the tests of postfix out where it cannot run, unless they are asked for', () => {
    const names = (args: string[]) => parseRequest(args, false).suites.map(({ name }) => name)

    expect(names([])).toEqual(['unit', 'system', 'browser'])
    expect(names(['postfix'])).toEqual(['postfix'])
  })

  test('runs one suite by its name, with options for it', () => {
    const { checks, suites } = parseRequest(['compose', '--bail'])

    expect(checks).toBe(false)
    expect(suites.map(({ name }) => name)).toEqual(['compose'])
    expect(suites[0]!.args.at(-1)).toBe('--bail')
  })

  test('runs the short one of the tests of a cluster when asked to', () => {
    const [all, short] = [parseRequest(['cluster']), parseRequest(['cluster', '--short', '--bail'])]

    expect(short.suites).toEqual([{ name: 'cluster', args: ['./test/cluster/short.cluster.ts', '--bail'] }])
    expect(all.suites[0]!.args).toContain('./test/cluster/short.cluster.ts')
    expect(all.suites[0]!.args.length).toBeGreaterThan(1)
  })

  test('ends with one sentence where there is no MySQL for a cluster', async () => {
    const folder = temporaryFolder()
    for (const program of ['docker', 'ip'])
      writeFileSync(join(folder, program), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
    const folders = PATH.split(':').filter(
      (each) => !existsSync(join(each, 'mysqld')) || existsSync(join(each, 'mariadbd')),
    )

    const { code, printed, output } = await runAgora(['test', 'cluster', '--short'], {
      PATH: [folder, ...folders].join(':'),
    })

    expect({ code, printed }).toEqual({ code: 1, printed: '0 passed, 1 failed\n' })
    expect(output).toMatch(/^agora: (a group of MySQL|three nodes) .*$/m)
  })

  test('gives anything else to bun test', () => {
    const request = parseRequest(['test/posts', '-t', 'a like'])

    expect(request).toEqual({
      checks: false,
      suites: [{ name: 'named', args: ['test/posts', '-t', 'a like'] }],
    })
  })

  test('has each of several named files close what it opened, and starts one MySQL for them', () => {
    const named = (...args: string[]) => mannerOf({ name: 'named', args })
    const several = { options: ['--isolate'], isShared: true }
    const one = { options: [], isShared: false }

    expect(named('test/posts')).toEqual(several)
    expect(named('test/posts/a.test.ts', 'test/b.test.tsx')).toEqual(several)
    expect(named('-t', 'a like')).toEqual(several)
    expect(named('test/posts/a.test.ts')).toEqual(one)
    expect(named('test/posts/a.test.tsx', '-t', 'a like')).toEqual(one)
  })

  test('puts each test file into exactly one suite', () => {
    const [unit, system, browser, postfix] = parseRequest([], true).suites

    expect(unit!.args).toContain('./test/runner.test.ts')
    expect(system!.args.every((file) => file.startsWith('./test/system/'))).toBe(true)
    expect(browser!.args.every((file) => file.startsWith('./test/browser/'))).toBe(true)
    expect(postfix!.args).toContain('./test/postfix/courier.postfix.ts')
    expect(
      unit!.args.filter((file) =>
        /^\.\/test\/(system|browser|postfix|compose|machines|cluster)\//.test(file),
      ),
    ).toEqual([])
  })
})

describe('files that take long', () => {
  test('are there, and begin', () => {
    expect(Object.keys(longFiles).filter((path) => !existsSync(join(root, path)))).toEqual([])

    const { files } = expectedTimings(['./test/runner.test.ts', './test/removal/walk.test.ts'])
    expect(Object.keys(files)).toEqual(['test/runner.test.ts', 'test/removal/walk.test.ts'])
    expect(slowestFiles({ version: 1, files })[0]).toEndWith('s  test/removal/walk.test.ts')
  })
})

describe('the numbers of a suite', () => {
  test('come from its report, with what failed and what that said', () => {
    expect(
      readReport(`<testsuites><testsuite>
        <testcase name="counts" classname="a like" file="test/likes.test.ts" />
        <testcase name="isn&apos;t lost" classname="a like" file="test/likes.test.ts">
          <failure
            type="AssertionError"
            message="expect(received)&#10;&#10;Expected: 2">at test/likes.test.ts:2</failure>
        </testcase>
        <testcase name="hangs" file="test/likes.test.ts"><failure type="TimeoutError" /></testcase>
      </testsuite></testsuites>`),
    ).toEqual({
      passed: 1,
      failed: 2,
      failures: [
        "test/likes.test.ts: a like > isn't lost: expect(received) Expected: 2",
        'test/likes.test.ts: hangs: TimeoutError',
      ],
    })
  })

  test('count a skipped test as failed', () => {
    const report = '<testsuites><testcase name="later" file="a.test.ts"><skipped /></testcase></testsuites>'

    expect(readReport(report)).toEqual({ passed: 0, failed: 1, failures: ['a.test.ts: later: skipped'] })
    expect(readReport(report, { byName: true })).toEqual({ passed: 0, failed: 0, failures: [] })
  })

  test('are none where there is no report, or half of one', () => {
    const none = { passed: 0, failed: 0, failures: [] }

    expect(readReport(undefined)).toEqual(none)
    expect(readReport('<testsuites><testcase name="counts" /><testcase')).toEqual(none)
  })
})

describe('a line that is too wide', () => {
  const words = (count: number) => 'word '.repeat(count)

  test.each([
    ['README.md', words(23)],
    ['src/app.ts', `const a = 1 // ${words(20)}`],
    ['src/app.ts', ` * "${words(23)}"`],
    ['haproxy/haproxy.cfg', `    # ${words(22)}`],
    ['src/app.ts', `add('${words(5)}', '${words(5)}', '${words(5)}', '${words(5)}')`],
  ])('is found in %s: %s', (path, text) => {
    expect(wideLines({ path, text: `short\n${text}\n` })).toEqual([`${path}:2: ${text.length}`])
  })

  test.each([
    ['README.md', `see https://example.org/${'a'.repeat(120)}`],
    ['views/board.tsx', `  say('${words(30)}')`],
    ['views/board.tsx', `  <p>${words(30)}</p>`],
    ['texts/arabic.ts', 'ا'.repeat(60).padEnd(110)],
    ['sql/migrations/0001-a.sql', `-- ${words(30)}`],
  ])('is left in %s: %s', (path, text) => {
    expect(wideLines({ path, text })).toEqual([])
  })
})
