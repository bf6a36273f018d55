import { expect, setDefaultTimeout, test } from 'bun:test'
import { openDb } from '../../src/platform/db.ts'
import { openReplica } from '../support/servers/replica.ts'
import { newMember } from '../support/site/members.ts'
import { newName } from '../support/site/page.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

test('what somebody holds keeps two connections beside requests, and pages are drawn meanwhile', async () => {
  const web = await openReplica()
  const members = []
  for (let count = 0; count < 6; count++) members.push(await newMember(web, newName('ana')))
  await web.database.write(
    `INSERT INTO visits (user_id, since_post, since_comment, seen_post, seen_comment, seen_at)
     SELECT id, 0, 0, 0, 0, NOW(3) - INTERVAL 1 DAY FROM users`,
  )
  const other = openDb({ url: web.database.urls.admin, connections: 1 })
  const [held, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const holding = other.transaction(async (sql) => {
    await sql.rows('holdVisits', 'SELECT user_id FROM visits FOR UPDATE')
    held.resolve()
    await done.promise
  })
  await held.promise

  const answers = await Promise.all(members.map((each) => each.get('/')))
  await Promise.all(answers.map((each) => each.text()))

  expect(answers.map(({ status }) => status)).toEqual(members.map(() => 200))
  expect(web.context.bulkheads.beside.load().running).toBe(2)
  expect(web.context.db.load()).toEqual({ used: 2, waiting: 0 })
  done.resolve()
  await holding
  await until(() => web.context.bulkheads.beside.load().running === 0)
  const noted = await web.database.rows('SELECT 1 FROM visits WHERE seen_at > NOW(3) - INTERVAL 1 HOUR')
  expect(noted.length).toBeGreaterThanOrEqual(2)
  await other.close()
})
