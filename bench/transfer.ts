/**
 * `./agora bench transfer`: a board of 100,000 posts is exported, and imported to another stack. How long
 * does it take, with how much memory, and is it the same board afterwards?
 */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { sha256 } from '../src/platform/sha256.ts'
import { columns } from '../stack/status.ts'
import { readBoard } from '../stack/transfer/board-file.ts'
import { agora, PATH, temporaryFolder } from '../test/support/servers/reaper.ts'
import { describeMachine, machineText } from './machine.ts'
import { type PrivateStack, startPrivateStack } from './private-stack.ts'
import { addAnswers, addComments, addPosts, countAgain, countAllComments, likeByNumber } from './queries.ts'

const body = 'A post of some thirty words, as people write them. '.repeat(4)

export async function transfer(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { posts: { type: 'string', default: '100000' }, json: { type: 'string' } },
  })
  const from = await startPrivateStack()
  const to = await startPrivateStack({ env: { SAMPLE: 'off' } })
  try {
    const machine = await describeMachine(from)
    const digits = Math.ceil(Math.log10(Number(values.posts)))
    for (const statement of [
      addPosts('Many', digits, body),
      ...[addComments, addAnswers, countAllComments, countAgain, likeByNumber],
    ])
      await from.sql(statement)
    const [file, copy] = ['board.tar', 'copy.tar'].map((name) => join(temporaryFolder(), name)) as [
      string,
      string,
    ]

    const out = await measured(from, ['export', file])
    const dry = await measured(to, ['import', 'agora', file, '--dry-run'])
    const into = await measured(to, ['import', 'agora', file])
    const again = await measured(to, ['import', 'agora', file])
    await measured(to, ['export', copy])

    const isSame = contentOf(file) === contentOf(copy)
    const report = { posts: 10 ** digits, fileMb: statSync(file).size / 1e6, out, dry, into, again, isSame }
    const row = (what: string, { seconds, mb }: Cost) => [
      what,
      `${seconds.toFixed(1)} s`,
      `${mb.toFixed(0)} MB`,
    ]
    console.log(
      [
        machineText(machine),
        '',
        ...columns([
          ['', 'time', 'memory at most'],
          row('export', out),
          row('import, dry run', dry),
          row('import', into),
          row('import again', again),
        ]),
        '',
        `${report.posts} posts, a file of ${report.fileMb.toFixed(0)} MB; the copy ${isSame ? 'is the same' : 'DIFFERS'}`,
      ].join('\n'),
    )
    if (values.json) await Bun.write(values.json, `${JSON.stringify({ machine, ...report }, null, 2)}\n`)
    return isSame ? 0 : 1
  } finally {
    await from.down()
    await to.down()
  }
}

type Cost = { seconds: number; mb: number }

/** Of a command, as it is typed. */
async function measured({ data }: PrivateStack, args: string[]): Promise<Cost> {
  const startedAt = performance.now()
  const child = Bun.spawn([agora, ...args, '--data', data], {
    env: { PATH },
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'inherit',
  })
  if ((await child.exited) !== 0) throw new Error(`${args[0]} ended with ${child.exitCode}`)
  const bytes = child.resourceUsage()?.maxRSS ?? 0
  return { seconds: (performance.now() - startedAt) / 1_000, mb: bytes / 1e6 }
}

/** The SHA-256 of all its entries but the first, which says when it was made. */
function contentOf(path: string): string {
  const { entries, read, close } = readBoard(path)
  const all = entries.map((entry) => `${entry.name} ${sha256(read(entry))}`)
  close()
  return sha256(all.join('\n'))
}
