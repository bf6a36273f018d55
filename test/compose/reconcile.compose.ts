import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { compose, projectOf } from '../../stack/docker/engine.ts'
import { runAgora, type Stack, startStack } from '../support/servers/stack.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(300_000)

let stack: Stack
beforeAll(async () => {
  stack = await startStack({
    ...{ mode: 'docker', replicas: 1 },
    env: { FLUSH_SECONDS: '1', FLUSH_EVERY_MS: '20' },
  })
})

const inContainers = async (words: string[], input?: string) => {
  const outcome = await compose(projectOf(stack.data)).capture(words, input === undefined ? {} : { input })
  if (outcome.code !== 0) throw new Error(outcome.errors)
  return outcome.output.trim()
}
const sendLike = () => fetch(`${stack.url}/api/posts/1/likes`, { method: 'POST' })
const audit = async () =>
  (await (await fetch(`${stack.url}/api/audit`)).json()) as { waiting: number; drift: number }
const likes = async () => Number((await stack.sql('SELECT likes FROM posts WHERE id = 1'))[0])

test('in containers a batcher serves nobody without the secret of its stack', async () => {
  const ask = `const headers = { authorization: process.argv.at(-1) }
    console.log((await fetch('http://batcher:4000/stats', { headers })).status)`
  const from = (secret: string) =>
    inContainers(['exec', '-T', 'web', 'sh', '-c', `bun -e "${ask}" "${secret}"`])

  expect(await from('')).toBe('401')
  expect(await from('Bearer local-only-likes')).toBe('401')
  expect(await from('Bearer $BATCHER_SECRET')).toBe('200')
})

test('in containers a database with newer batches stops likes until somebody decided by a command', async () => {
  expect((await sendLike()).status).toBe(200)
  await until(async () => (await audit()).waiting === 0)
  const before = await likes()
  // A batch that this journal never formed, as one has it that is an older copy.
  const newer = `
    INSERT INTO like_batches (batcher, number, likes, posts, entries, hash)
    SELECT batcher, number + 1, 1, 1, '[[1,1]]',
           SHA2(CONCAT(hash, '|', batcher, '|', number + 1, '|[[1,1]]'), 256)
      FROM like_batches WHERE batcher = 'batcher-1' ORDER BY number DESC LIMIT 1;
    UPDATE posts SET likes = likes + 1 WHERE id = 1;`
  const client = 'MYSQL_PWD="$MYSQL_ROOT_PASSWORD" exec mysql --user=root agora'
  await inContainers(['stop', 'batcher'])
  await inContainers(['exec', '-T', 'mysql', 'sh', '-c', client], newer)
  await inContainers(['start', 'batcher'])

  const said = await until(
    async () => {
      const { code, output } = await runAgora(['reconcile', '--data', stack.data])
      return code === 1 && output.includes('reconcile --drop') && output
    },
    { withinMs: 60_000 },
  )
  const refused = await sendLike()
  const decided = await runAgora(['reconcile', '--drop', '--data', stack.data])
  await until(async () => (await sendLike()).ok)
  await until(async () => (await audit()).waiting === 0)

  expect(said).toContain('its journal is older than the database')
  expect(refused.status).toBe(503)
  expect([decided.code, decided.output]).toEqual([
    0,
    expect.stringContaining('goes on from what the database has'),
  ])
  expect(await likes()).toBe(before + 2)
  expect((await audit()).drift).toBe(0)
})
