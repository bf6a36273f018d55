import { describe, expect, test } from 'bun:test'
import { parseRequest } from './runner/arguments.ts'
import { countReport } from './runner/report.ts'

describe('./agora test', () => {
  test('runs everything but the Compose tests', () => {
    const { checks, suites } = parseRequest([])

    expect(checks).toBe(true)
    expect(suites.map(({ name }) => name)).toEqual(['unit', 'system', 'browser'])
  })

  test('runs the Compose tests too when told so', () => {
    const { checks, suites } = parseRequest(['--compose'])

    expect(checks).toBe(true)
    expect(suites.map(({ name }) => name)).toEqual(['unit', 'system', 'browser', 'compose'])
  })

  test('runs one suite by its name, with options for it', () => {
    const { checks, suites } = parseRequest(['compose', '--bail'])

    expect(checks).toBe(false)
    expect(suites.map(({ name }) => name)).toEqual(['compose'])
    expect(suites[0]!.args.at(-1)).toBe('--bail')
  })

  test('gives anything else to bun test', () => {
    const request = parseRequest(['test/board', '-t', 'a like'])

    expect(request).toEqual({
      checks: false,
      suites: [{ name: 'named', args: ['test/board', '-t', 'a like'] }],
    })
  })

  test('puts each test file into exactly one suite', () => {
    const [unit, system, browser] = parseRequest([]).suites

    expect(unit!.args).toContain('./test/runner.test.ts')
    expect(system!.args.every((file) => file.startsWith('./test/system/'))).toBe(true)
    expect(browser!.args.every((file) => file.startsWith('./test/browser/'))).toBe(true)
    expect(unit!.args.filter((file) => /\/(system|browser|compose|machines)\//.test(file))).toEqual([])
  })
})

describe('the numbers of a suite', () => {
  test('come from the head of its report', () => {
    const report =
      '<?xml version="1.0"?><testsuites name="bun test" tests="12" assertions="40" failures="3" skipped="0">'

    expect(countReport(report)).toEqual({ passed: 9, failed: 3 })
  })

  test('count a skipped test as failed', () => {
    expect(countReport('<testsuites tests="4" failures="1" skipped="2">')).toEqual({ passed: 1, failed: 3 })
  })

  test('are none where there is no report, or half of one', () => {
    expect(countReport(undefined)).toEqual({ passed: 0, failed: 0 })
    expect(countReport('<testsuites tests="4"')).toEqual({ passed: 0, failed: 0 })
  })
})
