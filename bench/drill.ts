/**
 * `./agora bench drill`: a backup is made while many press like, and a drill restores it. Does it hold every
 * like that was answered before it began, none of those that came after it ended, and is each applied or
 * waiting?
 */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Audit } from '../src/audit/service.ts'
import { columns, sizeText } from '../stack/status.ts'
import { temporaryFolder } from '../test/support/servers/reaper.ts'
import { runAgora } from '../test/support/servers/stack.ts'
import { describeMachine, machineText } from './machine.ts'
import { type PrivateStack, startPrivateStack } from './private-stack.ts'
import { addPosts, firstAndLast } from './queries.ts'
import { needWrk, runWrk } from './wrk.ts'

/** Of the load, before the backup begins and after it ended. */
const marginSeconds = 5

export async function drill(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { seconds: { type: 'string', default: '30' }, json: { type: 'string' } },
  })
  const seconds = Number(values.seconds)
  await needWrk()
  const stack = await startPrivateStack()
  try {
    const machine = await describeMachine(stack)
    const target = await thousandPosts(stack)
    await runWrk(stack.url, target, marginSeconds)
    const file = join(temporaryFolder(), 'board.agora')

    const load = runWrk(stack.url, target, seconds)
    await Bun.sleep(marginSeconds * 1_000)
    const before = await answeredBy(stack)
    const backup = await timed(['backup', file, '--data', stack.data])
    const after = await answeredBy(stack)
    const { answered, seconds: took, refused, broken } = await load
    const drilled = await timed(['drill', file])

    const likes = Number(drilled.output.match(/: (\d+) likes,/)?.[1])
    const isWhole = drilled.output.trimEnd().endsWith('no differences.') && before <= likes && likes <= after
    const report = {
      ...{ likesPerSecond: answered / took, refused, broken, before, likes, after, isWhole },
      ...{ backupSeconds: backup.seconds, drillSeconds: drilled.seconds, bytes: statSync(file).size },
    }
    console.log(
      [
        machineText(machine),
        '',
        ...columns([
          ['likes a second meanwhile', whole(report.likesPerSecond)],
          ['refused, broken', `${refused}, ${broken}`],
          ['answered when the backup began', whole(before)],
          ['in the backup, applied or waiting', whole(likes)],
          ['answered when the backup was there', whole(after)],
          ['the backup took', `${backup.seconds.toFixed(1)} s, ${sizeText(report.bytes)}`],
          ['the drill took', `${drilled.seconds.toFixed(1)} s`],
        ]),
        '',
        isWhole ? 'all that was answered before it is there' : `NOT WHOLE\n${drilled.output}`,
      ].join('\n'),
    )
    if (values.json) await Bun.write(values.json, `${JSON.stringify({ machine, ...report }, null, 2)}\n`)
    return isWhole ? 0 : 1
  } finally {
    await stack.down()
  }
}

const whole = (number: number) => Math.round(number).toLocaleString('en')

async function thousandPosts(stack: PrivateStack) {
  await stack.sql(addPosts('To like', 3))
  const [[first = '1'] = []] = await stack.sql(firstAndLast('To like'))
  return { path: '/posts/%d/likes', first: Number(first), count: 1_000 }
}

async function answeredBy({ url }: PrivateStack): Promise<number> {
  const response = await fetch(`${url}/api/audit`)
  if (!response.ok) throw new Error(`the audit answers ${response.status}`)
  return ((await response.json()) as Audit).answered
}

async function timed(args: string[]): Promise<{ output: string; seconds: number }> {
  const startedAt = performance.now()
  const { code, output } = await runAgora(args)
  if (args[0] !== 'drill' && code !== 0) throw new Error(`./agora ${args[0]} ended with ${code}: ${output}`)
  return { output, seconds: (performance.now() - startedAt) / 1_000 }
}
