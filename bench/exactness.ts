import { parseArgs } from 'node:util'
import { columns } from '../stack/status.ts'
import { checkLikes, faultsText, isExact, type Verdict } from './likes-checker.ts'
import { inOwnRoom } from './own-room.ts'

/**
 * `./agora bench exactness`: the checker with what was typed. Exit code 1 when a like was lost, doubled or
 * not shown.
 */
export async function exactness(args: string[]): Promise<number> {
  const number = (fallback: string) => ({ type: 'string', default: fallback }) as const
  const { values } = parseArgs({
    args,
    options: {
      likes: number('100000'),
      'batcher-kills': number('30'),
      'mysql-kills': number('10'),
      'redis-kills': number('10'),
      'replica-kills': number('10'),
      pauses: number('5'),
      'full-disks': number('5'),
      'hung-connections': number('20'),
      'clock-steps': number('20'),
      'older-redis': number('5'),
      'older-mysql': number('5'),
      'older-journals': number('5'),
      'hidden-posts': number('20'),
      disk: { type: 'string' },
      seed: number('1'),
      docker: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  })
  const isNative = !values.docker
  if (isNative && Number(values['full-disks']) > 0 && values.disk === undefined)
    return inOwnRoom([process.execPath, '--no-env-file', Bun.main, 'exactness', ...args, '--disk'])
  const pauses = Number(values.pauses)
  const verdict = await checkLikes({
    likes: Number(values.likes),
    kills: {
      batcher: Number(values['batcher-kills']),
      mysql: Number(values['mysql-kills']),
      redis: Number(values['redis-kills']),
      web: Number(values['replica-kills']),
    },
    pauses: { batcher: pauses, mysql: pauses, redis: pauses, web: pauses },
    faults: {
      'full disk': Number(values['full-disks']),
      'hung connection': Number(values['hung-connections']),
      'clock step': Number(values['clock-steps']),
      'older Redis': Number(values['older-redis']),
      'older MySQL': Number(values['older-mysql']),
      'older journal': Number(values['older-journals']),
      'hidden post': Number(values['hidden-posts']),
    },
    disk: values.disk,
    seed: Number(values.seed),
    mode: values.docker ? 'docker' : 'native',
    print: (line) => console.log(line),
  })
  console.log(verdictText(verdict))
  if (values.json) await Bun.write(values.json, `${JSON.stringify(verdict, null, 2)}\n`)
  return isExact(verdict) ? 0 : 1
}

function verdictText({ requests, reads, kills, pauses, faults, ...verdict }: Verdict): string {
  const counts = (of: Record<string, number>) =>
    Object.entries(of)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')
  const rows = [
    ['sent', requests.sent, `over ${verdict.posts} posts in ${verdict.seconds} s, seed ${verdict.seed}`],
    ['answered', requests.answered, 'each must count once'],
    ['unsure', requests.unsure, 'sent without a key, the answer lost: each may count once'],
    ['retried', requests.retried, 'sent again because no answer came'],
    ['repeated', requests.repeated, 'sent again after the answer'],
    ['killed', '', counts(kills)],
    ['stopped', '', counts(pauses)],
    ['caused', '', faultsText(faults)],
    ['refused', requests.full, 'tries, because the disk was full'],
    ['reads', reads.reads, `${reads.failed} failed, ${reads.blind} while batcher and Redis were both away`],
    ['', '', ''],
    ['lost', verdict.lost, 'answered, not in MySQL'],
    ['doubled', verdict.doubled, 'in MySQL, never sent'],
    ['stale', reads.stale, reads.firstStale ?? 'reads that lacked a like answered before'],
    ['misshown', verdict.misshown, 'pages that show another number than MySQL in the end'],
    ['drift', verdict.drift, 'by /api/audit'],
  ]
  return [
    '',
    ...columns(rows.map((row) => row.map(String))),
    '',
    isExact({ requests, reads, kills, pauses, faults, ...verdict }) ? 'Exact.' : 'NOT exact.',
  ].join('\n')
}
