/**
 * `./agora bench staleness`: for how long does a page not show what was written? Whoever wrote must see it at
 * once, other members within a second, and anonymous visitors when what HAProxy keeps is over.
 */
import { parseArgs } from 'node:util'
import { columns } from '../stack/status.ts'
import { describeMachine, machineText } from './machine.ts'
import { startPrivateStack } from './private-stack.ts'
import { isKept, type Reader, type Staleness, sampleStaleness } from './staleness-sampler.ts'

export async function staleness(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { seconds: { type: 'string', default: '60' }, json: { type: 'string' } },
  })
  const stack = await startPrivateStack()
  try {
    const machine = await describeMachine(stack)
    const samples = await sampleStaleness(stack.url, Number(values.seconds))
    console.log(machineText(machine))
    console.log(reportText(samples))
    if (values.json) await Bun.write(values.json, `${JSON.stringify({ machine, samples }, null, 2)}\n`)
    return samples.every(isKept) ? 0 : 1
  } finally {
    await stack.down()
  }
}

const readers: Reader[] = ['writer', 'member', 'anonymous']

function reportText(samples: Staleness[]): string {
  const rows = samples.map((sample) => [
    sample.page,
    sample.write,
    ...readers.map((reader) => `${Math.round(sample.worstMs[reader])} of ${sample.mostMs[reader]} ms`),
    readers.map((reader) => sample.reads[reader]).join(' + '),
    isKept(sample) ? '' : 'BROKEN',
  ])
  const header = ['', 'does not show', 'its writer', 'other members', 'anonymous', 'reads', '']
  return ['Longest time, of that which is promised', '', ...columns([header, ...rows])].join('\n')
}
