import { UserError } from '../stack/errors.ts'
import { parseRequest, usage } from './runner/arguments.ts'
import { runChecks } from './runner/checks.ts'
import { installPrograms } from './runner/programs.ts'
import { Interrupted, type Result, runSuite } from './runner/suites.ts'
import { clearUp } from './support/servers/reaper.ts'

/**
 * What `./agora test` runs: brings the programs that are missing, then every check and suite that was asked
 * for, and says at the end what failed, how many passed and how many failed.
 */
async function main(args: string[]): Promise<void> {
  if (args.includes('--help')) {
    console.log(usage)
    return
  }
  const request = parseRequest(args)
  await installPrograms(request, (line) => console.log(`agora: ${line}`))

  const results: Result[] = []
  if (request.checks) results.push(await runChecks())
  for (const suite of request.suites) results.push(await runSuite(suite))

  const failures = results.flatMap((result) => result.failures)
  if (failures.length > 0) console.log(`\n${failures.map((line) => `failed: ${line}`).join('\n')}`)
  console.log(`\n${results.map(summary).join('\n')}\n${total(results)}`)
  process.exitCode = results.length > 0 && results.every(({ failed }) => failed === 0) ? 0 : 1
}

const summary = ({ name, passed, failed, seconds }: Result) =>
  `${name.padEnd(8)} ${passed} passed, ${failed} failed, ${seconds.toFixed(1)} s`

function total(results: Result[]): string {
  const sum = (of: 'passed' | 'failed') => results.reduce((so, result) => so + result[of], 0)
  return `${sum('passed')} passed, ${sum('failed')} failed`
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  const isExpected = error instanceof UserError || error instanceof Interrupted
  console.error(isExpected ? `agora: ${error.message}` : error)
  console.log('0 passed, 1 failed')
  process.exitCode = 1
  // What waits for the end of this process would hold it up.
  await clearUp()
}
