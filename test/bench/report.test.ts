import { expect, setDefaultTimeout, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { emptySecond } from '../../bench/seconds.ts'
import { temporaryFolder } from '../support/servers/reaper.ts'
import { runAgora } from '../support/servers/stack.ts'

setDefaultTimeout(30_000)

const machine = {
  ...{ processors: '2 x Some <fast> one', memoryGb: 24, system: 'Linux 6.18', bun: '1.4.4' },
  ...{ haproxy: '3.2.1', redis: '8.0.1', database: '9.7.0', loadBefore: [0, 0, 0] },
}
const seconds = Array.from({ length: 20 }, (_, second) => ({
  ...emptySecond(second, second < 10 ? 'quiet' : 'bots'),
  ...{
    sent: 10 + second,
    answered: 10,
    p50Ms: second === 3 ? null : 2,
    p99Ms: 40,
    waiting: second,
    replicas: 2,
  },
}))
const results = {
  crowd: {
    machine,
    phases: ['members alone', 'a crowd'].map((name) => ({ name, seconds: 10 })),
    seconds: Array.from({ length: 20 }, (_, second) => ({
      ...{ second, sent: second, replica: 1, memory: second, refused: 2, broken: 0 },
      ...{ members: 60, membersFailed: 0, p50Ms: 2, p99Ms: second === 3 ? null : 20 },
    })),
  },
  traffic: { machine, phases: ['quiet', 'bots'].map((name) => ({ name, seconds: 10 })), seconds },
  memory: {
    machine,
    posts: 1_000,
    memoryMbAtStart: 60,
    memoryMbAfterTheLast: 90,
    memoryMbAtRest: 70,
    journalMb: 5,
  },
  likes: {
    machine,
    rows: ['a', 'b'].map((name) => ({
      ...{ name, says: `kind ${name}`, perSecond: 1_234, p99Ms: 5, ofCeiling: 1 },
      cpuUs: { web: 40, batcher: 30 },
    })),
  },
}

test('./agora bench report draws each result, with units and the machine, for light and dark', async () => {
  const [from, to] = [temporaryFolder(), temporaryFolder()]
  for (const [name, result] of Object.entries(results)) {
    await Bun.write(join(from, `${name}.json`), JSON.stringify(result))
  }

  const { code } = await runAgora(['bench', 'report', '--from', from, '--to', to])

  const names = readdirSync(to).sort()
  const texts = await Promise.all(names.map((name) => Bun.file(join(to, name)).text()))
  expect(code).toBe(0)
  expect(names).toEqual([
    'batcher-memory.svg',
    'crowd.svg',
    'likes-per-second.svg',
    'processor-time-of-a-like.svg',
    'traffic.svg',
  ])
  for (const text of texts) {
    expect(text).toStartWith('<svg')
    expect(text).toContain('prefers-color-scheme:dark')
    expect(text).toContain('Linux 6.18')
    expect(text).toContain('Some &lt;fast&gt; one')
    expect(text).not.toMatch(/NaN|undefined|<script|href="http/)
  }
  const units = ['megabytes', 'time (s)', 'requests per second', 'microseconds per request', 'time (s)']
  expect(texts.map((text, index) => text.includes(`>${units[index]}<`))).toEqual(Array(5).fill(true))
})

test('./agora bench report says what to do when nothing was measured', async () => {
  const { code, output } = await runAgora(['bench', 'report', '--from', temporaryFolder()])

  expect(code).toBe(1)
  expect(output).toContain('./agora bench all')
})
