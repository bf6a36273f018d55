import { expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { dataPaths, makeDataFolder, writeWhole } from '../../stack/data-folder.ts'
import { projectOf } from '../../stack/docker/engine.ts'
import { root, temporaryFolder } from '../support/servers/reaper.ts'
import { startStack } from '../support/servers/stack.ts'
import { fresh } from '../support/site/page.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(300_000)

/**
 * `mysql` and `journal` of `docker compose up` at 608fab0, its sample and five likes with the keys kept-1 to
 * kept-5: the batcher killed, then MySQL stopped. Left out is what MySQL makes anew: its certificates, the
 * buffer of double writes, spare logs; and time zones, which are most of what it has.
 */
test('the volumes kept of 0.1.0 in containers come up with its posts and the likes that waited', async () => {
  const data = join(temporaryFolder(), 'data')
  const project = projectOf(data)
  makeDataFolder(data)
  writeWhole(dataPaths(data).secrets, JSON.stringify({ mysqlRoot: 'local-only-root' }))
  const kept = await Bun.file(join(root, 'test/releases/0.1.0.volumes.tar.zst')).bytes()
  for (const name of ['mysql', 'journal']) {
    const labels = [`com.docker.compose.project=${project}`, `com.docker.compose.volume=${name}`]
    await docker(['volume', 'create', ...labels.flatMap((each) => ['--label', each]), `${project}_${name}`])
  }
  const volumes = ['--volume', `${project}_mysql:/m`, '--volume', `${project}_journal:/j`]
  const untar = [
    'run',
    '--rm',
    '--interactive',
    '--user',
    'root',
    ...volumes,
    'oven/bun:1.4',
    'tar',
    '-xC',
    '/',
  ]
  await docker(untar, await Bun.zstdDecompress(kept))

  const old = await startStack({ mode: 'docker', replicas: 1, data, env: { FLUSH_SECONDS: '3600' } })

  const like = async (key: string) => {
    const headers = { 'idempotency-key': key }
    const answer = await fetch(`${old.url}/api/posts/3/likes`, { method: 'POST', headers })
    return ((await answer.json()) as { likes: number }).likes
  }
  // Five of the 14 waited in the journal when its batcher was killed.
  expect(await like('kept-1')).toBe(14)
  expect(await like('new')).toBe(15)
  expect(await old.sql('SELECT COUNT(*), MAX(title) FROM posts')).toEqual([
    ...['40', 'Who plays the trumpet at noon?'],
  ])
  const audit = async () => (await fetch(`${old.url}/api/audit`, fresh)).json()
  expect(await audit()).toMatchObject({ answered: 6, drift: 0, recount: { flaws: [] } })
  // Those that waited may be flushed at any moment after the start.
  await until(async () => {
    const { waiting } = (await audit()) as { waiting: number }
    const [stored] = await old.sql('SELECT SUM(likes) FROM posts')
    return Number(stored) + waiting === 329
  })
  expect((await fetch(`${old.url}/posts/3`)).status).toBe(200)
})

async function docker(words: string[], input: Uint8Array = new Uint8Array()): Promise<void> {
  const child = Bun.spawn(['docker', ...words], { stdin: input, stdout: 'ignore', stderr: 'inherit' })
  expect([words[0], await child.exited]).toEqual([words[0], 0])
}
