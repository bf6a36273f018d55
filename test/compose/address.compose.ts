import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { projectOf } from '../../stack/docker/engine.ts'
import { run } from '../support/servers/processes.ts'
import { type Stack, startStack } from '../support/servers/stack.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(300_000)

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ mode: 'docker', replicas: 1 })
})

async function must(...command: string[]): Promise<string> {
  const { code, printed, output } = await run(command)
  if (code !== 0) throw new Error(output)
  return printed.trim()
}

/** Likes, by no name, until it is answered. Returns the post's total. */
async function sendLike(container: string, id: string): Promise<number> {
  const liking = `
    const sendLike = () =>
      fetch('http://127.0.0.1:4000/likes', {
        method: 'POST',
        headers: { authorization: process.argv.at(-1) },
        body: JSON.stringify({ likes: [{ id: 'k:${id}', post: 1 }] }),
      }).then((answer) => answer.json(), () => undefined)
    let total
    while (!(total = (await sendLike())?.likes?.[0].total)) await Bun.sleep(20)
    console.log(total)`
  const command = `bun -e "${liking}" "Bearer $BATCHER_SECRET"`
  return Number(await must('docker', 'exec', container, 'sh', '-c', command))
}

/**
 * Somebody who reads at a replica again and again, and says each time what was shown; with a line that comes,
 * once more.
 */
function readerAt(container: string) {
  const reading = `
    const read = async () => {
      const answer = await fetch('http://127.0.0.1:3000/api/posts/1')
      console.log((await answer.json()).likes)
    }
    let isLast = false
    const first = (async () => { while (!isLast) await read() })()
    for await (const line of console) {
      isLast = true
      await Promise.all([first, read().then(() => process.exit())])
    }`
  const child = Bun.spawn(['docker', 'exec', '--interactive', container, 'bun', '-e', reading], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
  })
  let text = ''
  const following = (async () => {
    for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) text += part
  })()
  const shown = () => text.trim().split('\n').map(Number)
  return {
    shown,
    /** Returns what the last read shows, which begins now. */
    async last() {
      child.stdin.write('\n')
      await child.stdin.flush()
      await following
      return shown().at(-1)
    },
  }
}

test('in containers a replica finds a batcher whose name stood for nothing as soon as it is back', async () => {
  const { processes } = await stack.status()
  const [batcher, redis, web] = ['batcher', 'redis', 'web'].map(
    (sought) => processes.find(({ role }) => role === sought)?.id ?? '',
  ) as [string, string, string]
  const network = `${projectOf(stack.data)}_back`
  await sendLike(batcher, 'before')
  await must('docker', 'kill', redis)
  await must('docker', 'network', 'disconnect', network, batcher)
  const reader = readerAt(web)
  const total = await sendLike(batcher, 'meanwhile')
  await until(() => reader.shown().length > 3)

  await must('docker', 'network', 'connect', '--alias', 'batcher', network, batcher)
  const shown = await reader.last()

  expect(shown).toBe(total)
})
