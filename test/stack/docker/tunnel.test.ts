import { expect, setDefaultTimeout, test } from 'bun:test'
import { createConnection } from 'mysql2/promise'
import { openTunnel } from '../../../stack/docker/tunnel.ts'
import { sharedMysql } from '../../support/servers/services.ts'

setDefaultTimeout(60_000)

test('a tunnel through another process leads to the database, for several at once, and ends with its end', async () => {
  const there = new URL((await sharedMysql()).url)
  const { port, close } = await openTunnel([process.execPath], {
    host: there.hostname,
    port: Number(there.port),
  })
  const uri = Object.assign(new URL(there.href), { port: String(port) }).href
  const connections = await Promise.all([1, 2, 3].map(() => createConnection({ uri })))

  const answers = await Promise.all(connections.map((each) => each.query(`SELECT REPEAT('x', 100000) AS x`)))

  expect(answers.map(([rows]) => (rows as { x: string }[])[0]?.x.length)).toEqual([100_000, 100_000, 100_000])
  const lost = Promise.all(connections.map((each) => new Promise((resolve) => each.on('error', resolve))))
  await close()
  expect((await lost).length).toBe(3)
})

test('a place that does not answer is a broken connection, not a wait', async () => {
  const { port, close } = await openTunnel([process.execPath], { host: '127.0.0.1', port: 1 })

  await expect(createConnection({ host: '127.0.0.1', port, user: 'x' })).rejects.toThrow()
  await close()
})
