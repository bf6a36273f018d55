import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { openDb } from '../src/platform/db.ts'
import { identify } from '../stack/process/identity.ts'
import { closeAfterTests } from './support/servers/cleanup.ts'
import { freshDatabase } from './support/servers/database.ts'
import { untilWaiting } from './support/servers/locks.ts'
import { startProcess } from './support/servers/processes.ts'
import { root, temporaryFolder } from './support/servers/reaper.ts'
import { startMysql, startRedis } from './support/servers/services.ts'
import { find, textsIn } from './support/site/markup.ts'
import { until } from './support/until.ts'

setDefaultTimeout(60_000)

describe('a MySQL of a test run', () => {
  test('keeps what was committed when it is killed', async () => {
    const mysql = await startMysql()
    const database = await freshDatabase(mysql)
    await database.write('INSERT INTO items (name, quantity, price) VALUES (?, ?, ?)', ['Cake', 20, '12.50'])

    await mysql.kill()
    await mysql.restart()

    const items = await until(() => database.rows('SELECT name, quantity, price FROM items'))
    expect(items).toEqual([{ name: 'Cake', quantity: 20, price: '12.5000' }])
  })

  test('gives each account its own rights only', async () => {
    const { urls } = await freshDatabase()
    const db = closeAfterTests(openDb({ url: urls.web, connections: 1 }), (it) => it.close())

    const attempt = db.write('emptyMarket', 'DELETE FROM items')

    await expect(attempt).rejects.toThrow(/denied/)
  })
})

describe('whoever waits for a lock', () => {
  test('is seen by three who look at the same time, each at a database of their own', async () => {
    const mysql = await startMysql()
    const databases = await Promise.all([1, 2, 3].map(() => freshDatabase(mysql)))
    const looks = databases.map(async (database, at) => {
      await Bun.sleep(at * 50)
      await untilWaiting(database, () => 1)
    })
    const holders = await Promise.all(databases.map(({ url }) => createConnection({ uri: url })))
    const cake = "INSERT INTO items (name, quantity, price) VALUES ('Cake', 20, 12)"
    await Promise.all(databases.map((database) => database.write(cake)))
    await Bun.sleep(300)
    for (const holder of holders) {
      await holder.beginTransaction()
      await holder.query('SELECT id FROM items FOR UPDATE')
    }

    const waiting = databases.map((database) => database.write('UPDATE items SET quantity = 1'))
    await Promise.all(looks)

    for (const holder of holders) {
      await holder.commit()
      await holder.end()
    }
    await Promise.all(waiting)
  })
})

describe('a Redis of a test run', () => {
  test('answers nothing while it is paused, and goes on afterwards', async () => {
    const redis = await startRedis()
    const client = new Bun.RedisClient(redis.url)
    await client.set('board', 'open')

    redis.pause()
    const answer = client.get('board')
    const first = await Promise.race([answer, Bun.sleep(200).then(() => 'silence')])
    redis.resume()

    expect(first).toBe('silence')
    expect(await answer).toBe('open')
    client.close()
  })
})

describe('whatever a test run started', () => {
  test.each(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)('is gone when %s ends the run', async (signal) => {
    const folder = temporaryFolder()
    const program = join(folder, 'run.ts')
    const support = join(root, 'test/support/servers')
    writeFileSync(
      program,
      `import { startRedis } from '${support}/services.ts'
       import { temporaryFolder } from '${support}/reaper.ts'
       const redis = await startRedis()
       redis.pause()
       console.log(JSON.stringify({ pid: redis.pid(), folder: temporaryFolder() }))
       await Bun.sleep(60_000)`,
    )
    const testRun = startProcess([process.execPath, program])
    const left = await until(() => JSON.parse(testRun.printed()) as { pid: number; folder: string })

    testRun.send(signal)

    await until(() => !identify(left.pid) && !existsSync(left.folder))
  })
})

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s ends a test run with a replica in it, which would only drain',
  async (signal) => {
    const file = join(temporaryFolder(), 'drains.test.ts')
    writeFileSync(
      file,
      `import { test } from 'bun:test'
       import { openLifecycle } from '${root}/src/platform/lifecycle.ts'
       import { openLog } from '${root}/src/platform/log.ts'
       test('drains', async () => {
         openLifecycle(0, openLog('web-1', 'error'))
         console.log('opened')
         await Bun.sleep(50_000)
       })`,
    )
    const testRun = startProcess([process.execPath, 'test', file])
    await until(() => testRun.output().includes('opened'))

    testRun.send(signal)

    await until(() => !testRun.isRunning())
  },
)

describe('what a selector finds in markup', () => {
  const page = `<!doctype html><ul id="list"><li class="a" title="&#34;x&#34;">One &amp; <b>two</b><br>three
    </li><li>four &lt;b&gt; <img alt="five" src="/5"></li></ul><p class="a">six`

  test('has the texts and attributes that a reader is given', () => {
    expect(find(page, '.a')).toEqual([
      { text: 'One & twothree\n    ', attributes: { class: 'a', title: '"x"' } },
      { text: 'six', attributes: { class: 'a' } },
    ])
    expect(textsIn(page, '#list > li')).toEqual(['One & twothree', 'four <b>'])
    expect(find(page, 'img[src]')).toEqual([{ text: '', attributes: { alt: 'five', src: '/5' } }])
    expect(textsIn(page, 'i')).toEqual([])
  })
})
