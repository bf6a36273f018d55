import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { deleteOldChanges } from '../../src/changes/queries.ts'
import { openDb } from '../../src/platform/db.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { freshDatabase, type TestDatabase } from '../support/servers/database.ts'

setDefaultTimeout(60_000)

let database: TestDatabase

beforeAll(async () => {
  database = await freshDatabase()
})

test('what was noted for search goes after an hour, the oldest first, so much at a time', async () => {
  const db = closeAfterTests(openDb({ url: database.urls.web, connections: 2 }), (it) => it.close())
  const ages = [7_200, 7_100, 3_700, 3_500, 10]
  for (const age of ages)
    await database.write(
      `INSERT INTO search_changes (kind, subject_id, changed_at)
       VALUES ('post', 1, CURRENT_TIMESTAMP(3) - INTERVAL ? SECOND)`,
      [age],
    )
  const left = async () => (await database.rows('SELECT id FROM search_changes')).length

  await deleteOldChanges(db, 2)
  const [first] = [await left()]
  for (let n = 0; n < 2; n++) await deleteOldChanges(db, 2)

  expect([first, await left()]).toEqual([3, 2])
})
