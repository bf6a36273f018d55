import { expect, setDefaultTimeout, test } from 'bun:test'
import { startBatcher } from '../support/servers/batcher.ts'
import { freshDatabase } from '../support/servers/database.ts'
import { startProcess } from '../support/servers/processes.ts'
import { freePort, startRedis } from '../support/servers/services.ts'
import { beginUpload, type SlowUpload } from '../support/site/slow-upload.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

/** The program of a replica, on stores of its own. */
async function startReplica(settings: Record<string, string>) {
  const [database, redis, port] = [await freshDatabase(), await startRedis(), await freePort()]
  const batcher = await startBatcher(database, redis)
  const replica = startProcess([process.execPath, '--no-env-file', 'src/main.ts'], {
    env: {
      ...{ ROLE: 'web', HOST: '127.0.0.1', PORT: `${port}`, LOG_LEVEL: 'error', BATCHERS: batcher.url },
      ...{ DATABASE_URL: database.urls.web, REDIS_URL: redis.url, DRAIN_MS: '0' },
      ...settings,
    },
  })
  const url = `http://127.0.0.1:${port}`
  await until(async () => (await fetch(`${url}/ready`)).ok)
  return { replica, url, drains: () => until(async () => (await fetch(`${url}/up`)).status === 503) }
}

/** Resolves when the replica has it: two others that came after it were answered, one after the other. */
async function begun(upload: SlowUpload, url: string) {
  await upload.sent
  for (let turn = 0; turn < 2; turn++) expect((await fetch(`${url}/metrics`)).ok).toBe(true)
}

/** More than a socket's buffers hold, so that a replica that reads none of it is noticed. */
const long = { category: 'Books', title: 'A long one', body: 'word '.repeat(3_000) }

test('a replica that is to end takes what somebody is sending, and says meanwhile that it drains', async () => {
  const { replica, url, drains } = await startReplica({})
  const upload = beginUpload(`${url}/posts`, long)
  await begun(upload, url)

  replica.send('SIGTERM')
  await drains()
  for (let look = 0; look < 20; look++) expect((await fetch(`${url}/up`)).status).toBe(503)

  expect(await upload.finish()).toMatch(/^HTTP\/1.1 [34]\d\d /)
  expect(await replica.exited).toBe(0)
})

test('not for longer than GRACE_SECONDS', async () => {
  const { replica, url } = await startReplica({ GRACE_SECONDS: '1' })
  const upload = beginUpload(`${url}/posts`, long)
  await begun(upload, url)

  replica.send('SIGTERM')

  await upload.closed
  expect(await replica.exited).toBe(0)
})

test('one that is stopped twice does not drain', async () => {
  const { replica, drains } = await startReplica({ DRAIN_MS: '60000' })

  replica.send('SIGTERM')
  await drains()
  replica.send('SIGTERM')

  expect(await replica.exited).toBe(0)
})
