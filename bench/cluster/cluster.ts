/**
 * `./agora bench cluster`: is anything lost, and for how long does anybody wait, when one of three nodes
 * dies?
 */

import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { LikesPolicy } from '../../src/platform/config.ts'
import { UserError } from '../../stack/errors.ts'
import { columns } from '../../stack/status.ts'
import { temporaryFolder } from '../../test/support/servers/reaper.ts'
import { type Moved, tryMove } from './move.ts'
import { isExact, keepsTarget, seconds, targetMs, tryCluster, type Verdict } from './trial.ts'

const policies: LikesPolicy[] = ['open', 'once']
/** A node dies in each of three ways. */
const short = { deaths: 3, likes: 10_000, policies: ['open'] satisfies LikesPolicy[] }

/** Exit code 1 when something was lost or doubled, or somebody waited for longer than the target. */
export async function cluster(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      deaths: { type: 'string' },
      likes: { type: 'string' },
      seed: { type: 'string', default: '1' },
      short: { type: 'boolean', default: false },
      json: { type: 'string' },
      inside: { type: 'string' },
      first: { type: 'string', default: '0' },
    },
  })
  const isShort = values.short
  const usual = isShort ? short : { deaths: 40, likes: 2_000_000, policies }
  const [deaths, likes] = [Number(values.deaths ?? usual.deaths), Number(values.likes ?? usual.likes)]
  const seed = Number(values.seed)
  if (values.inside) {
    const policy = values.inside as LikesPolicy
    const print = (line: string) => console.log(`${policy}: ${line}`)
    const verdict = await tryCluster({
      ...{ policy, deaths, first: Number(values.first), likes, seed, isShort, print },
    })
    const { seconds: took, lost, doubled, drift } = verdict
    print(`${took} s, ${verdict.tally.likes} likes: lost ${lost}, doubled ${doubled}, drift ${drift}`)
    await Bun.write(values.json as string, `${JSON.stringify(verdict)}\n`)
    return 0
  }
  const verdicts: Verdict[] = []
  for (const [place, policy] of usual.policies.entries()) {
    const count = usual.policies.length
    const share = (of: number) => Math.floor(of / count) + (place < of % count ? 1 : 0)
    const options = {
      ...{ deaths: share(deaths), first: place === 0 ? 0 : deaths - share(deaths), likes: share(likes) },
      ...{ seed: seed + place, inside: policy },
    }
    verdicts.push(
      await inOwnNetwork<Verdict>('cluster', [
        ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`]),
        ...(isShort ? ['--short'] : []),
      ]),
    )
  }
  console.log(verdictText(verdicts, { isShort }))
  if (values.json) await Bun.write(values.json, `${JSON.stringify(verdicts, null, 2)}\n`)
  return verdicts.every((verdict) => isExact(verdict) && keepsTarget(verdict)) ? 0 : 1
}

/**
 * `./agora bench move`: is anything lost when a board moves from one machine to three, and back? Exit code 1
 * when it is.
 */
export async function move(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      rate: { type: 'string', default: '500' },
      seconds: { type: 'string', default: '10' },
      json: { type: 'string' },
      inside: { type: 'string' },
    },
  })
  const { rate, seconds, json } = values
  if (values.inside) {
    const options = { perSecond: Number(rate), calmMs: Number(seconds) * 1_000, print: console.log }
    await Bun.write(json as string, `${JSON.stringify(await tryMove(options))}\n`)
    return 0
  }
  const moved = await inOwnNetwork<Moved>('move', ['--inside', 'yes', '--rate', rate, '--seconds', seconds])
  const { likes, retried, lost, doubled, drift } = moved
  console.log(`${likes} likes, ${retried} sent again: lost ${lost}, doubled ${doubled}, drift ${drift}`)
  if (json) await Bun.write(json, `${JSON.stringify(moved, null, 2)}\n`)
  return lost + doubled + Math.abs(drift) === 0 ? 0 : 1
}

/** Runs one trial where it may make networks. Throws a UserError where this user may not. */
async function inOwnNetwork<T>(name: string, args: string[]): Promise<T> {
  if (process.getuid?.() !== 0)
    throw new UserError('three nodes are made here by root alone: they have networks of their own')
  if (!Bun.which('ip')) throw new UserError('`ip` is missing. Run: sudo apt-get install iproute2')
  const file = join(temporaryFolder(), 'verdict.json')
  const child = Bun.spawn(
    [
      ...[
        'unshare',
        '--net',
        '--mount',
        process.execPath,
        '--no-env-file',
        join(import.meta.dir, '../run.ts'),
      ],
      ...[name, ...args, '--json', file],
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  )
  // From a terminal it gets them too; what it started is cleared up in there.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  const code = await child.exited
  if (code !== 0) throw new UserError(`the trial ended with ${code}`)
  return (await Bun.file(file).json()) as T
}

function verdictText(verdicts: Verdict[], { isShort }: { isShort: boolean }): string {
  const deaths = verdicts.flatMap((verdict) => verdict.deaths)
  const byKind = [...Map.groupBy(deaths, ({ kind }) => kind)].sort(([a], [b]) => (a < b ? -1 : 1))
  const worst = (of: typeof deaths, lane: 'likes' | 'writes' | 'reads') =>
    seconds(Math.max(...of.map(({ gapsMs }) => gapsMs[lane])))
  const sum = (of: (verdict: Verdict) => number) =>
    String(verdicts.reduce((so, verdict) => so + of(verdict), 0))
  const longest = (of: (verdict: Verdict) => number) => seconds(Math.max(...verdicts.map(of)))
  const isGood = verdicts.every(isExact)
  return [
    '',
    ...columns([
      ['SECONDS WITHOUT, AT MOST', 'TIMES', 'A LIKE', 'A WRITE', 'A READ'],
      ...[...byKind, ['all' as const, deaths] as const].map(([kind, of]) => [
        ...[kind, String(of.length), worst(of, 'likes'), worst(of, 'writes'), worst(of, 'reads')],
      ]),
    ]),
    '',
    ...columns([
      ['MySQL', verdicts[0]?.mysql ?? '', `seeds ${verdicts.map(({ seed }) => seed).join(', ')}`],
      ['seconds', sum((it) => it.seconds), 'from the first like to the last'],
      [
        'likes',
        sum((it) => it.tally.likes),
        verdicts.map((it) => `${it.policy} ${it.tally.likes}`).join(', '),
      ],
      ['unsure', sum((it) => it.tally.unsure), 'without a key, the answer lost: each may count once'],
      ['retried', sum((it) => it.tally.retried), 'sent again because no answer came'],
      ['repeated', sum((it) => it.tally.repeated), 'sent again after the answer'],
      ['writes', sum((it) => it.tally.writes), 'comments'],
      [
        'reads',
        sum((it) => it.tally.reads),
        `${sum((it) => it.tally.failedReads)} not served within 5 s, twice`,
      ],
      ['slowest', longest((it) => it.tally.longestPressMs), 's for one press'],
      ['', longest((it) => it.tally.longestWriteMs), 's for one write'],
      ['', longest((it) => it.tally.longestReadMs), 's for one read'],
      ...(isShort
        ? []
        : [
            [
              'no power',
              longest((it) => it.powerCutMs ?? 0),
              's, from the restart of all until all is of use',
            ],
          ]),
      ['taken', sum((it) => it.generations), 'times the journal was taken'],
      [
        'by hand',
        sum((it) => it.deaths.filter(({ isByHand }) => isByHand).length),
        'members that did not join by themselves',
      ],
      ['', '', ''],
      ['lost', sum((it) => it.lost), 'answered, not in MySQL'],
      ['doubled', sum((it) => it.doubled), 'in MySQL, never sent'],
      ['drift', sum((it) => it.drift), 'by /api/audit'],
      ['stale', sum((it) => it.tally.stale), 'totals that lacked a like answered before'],
      ['comments', `${sum((it) => it.lostWrites)}, ${sum((it) => it.doubledWrites)}`, 'lost, doubled'],
    ]),
    '',
    isGood ? 'Exact.' : 'NOT exact.',
    verdicts.every(keepsTarget)
      ? `The target is kept: nothing was refused for ${targetMs / 1_000} s, and every reader was served.`
      : `The target is NOT kept: ${targetMs / 1_000} s for a like or a write, and every reader is served.`,
  ].join('\n')
}
