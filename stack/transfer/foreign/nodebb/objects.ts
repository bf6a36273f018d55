import { UserError } from '../../../errors.ts'
import { linesOfFile } from '../lines-of-file.ts'
import type { Found, Value } from '../sql-dump.ts'

/**
 * Reads what `mongoexport` writes of NodeBB's collection `objects`: an object of JSON each line. What of them
 * is needed becomes rows of tables: an object `user:7` a row of `users`, a member of a set `pid:3:upvote` one
 * of `votes`.
 *
 * Source: https://docs.mongodb.com/database-tools/mongoexport/ and
 * https://github.com/NodeBB/NodeBB/tree/master/src/database/mongo
 */
export function* readObjects(path: string): Generator<Found> {
  for (const { line, number, isEnded } of linesOfFile(path)) {
    const text = Buffer.from(line.trim(), 'latin1').toString()
    if (text === '') continue
    const found = parsed(text)
    if (typeof found?._key !== 'string') {
      if (number === 1) throw new UserError(`${path} is no export of NodeBB's objects, a line of JSON each`)
      throw new UserError(
        `${path} can't be read: line ${number}: ${isEnded ? 'it is no object of NodeBB' : 'the file ends within it'}`,
      )
    }
    yield* rowsOf(found._key, found)
  }
}

type Stored = Record<string, unknown>

function parsed(text: string): Stored | undefined {
  try {
    return JSON.parse(text) as Stored
  } catch {
    return undefined
  }
}

const objects: Record<string, string> = {
  user: 'users',
  topic: 'topics',
  post: 'posts',
  category: 'categories',
}

function* rowsOf(key: string, stored: Stored): Generator<Found> {
  const table = objects[/^(user|topic|post|category):\d+$/.exec(key)?.[1] ?? '']
  if (table) yield row(table, stored)
  else if (key === 'group:administrators:members') yield row('admins', { uid: stored.value })
  else if (key === 'users:banned') yield row('banned', { uid: stored.value })
  else if (key.startsWith('poll:') && /^poll:\d+$/.test(key)) yield row('polls', { id: key.slice(5) })
  else {
    const [, pid] = /^pid:(\d+):upvote$/.exec(key) ?? []
    if (pid) for (const uid of membersOf(stored)) yield row('votes', { pid, uid })
    const [, cid] = /^group:cid:(\d+):privileges:groups:topics:read:members$/.exec(key) ?? []
    if (cid && stored.value === 'guests') yield row('guests', { cid })
    const [, uid, what] = /^uid:(\d+):(followed|ignored)_tids$/.exec(key) ?? []
    if (uid) yield row('followed', { uid, tid: stored.value, what })
  }
}

/** Of a set: all in one object. */
const membersOf = ({ members, value }: Stored): unknown[] => (Array.isArray(members) ? members : [value])

function row(table: string, stored: Stored): Found {
  const columns = Object.keys(stored)
  return { table, columns, row: columns.map((name) => storedAs(stored[name])) }
}

/** As bytes of UTF-8, a character each. Numbers may be objects: `{"$numberLong": "7"}`. */
function storedAs(value: unknown): Value {
  if (value === null || value === undefined) return null
  if (typeof value === 'object') {
    const [first] = Object.entries(value)
    return first?.[0].startsWith('$') ? storedAs(first[1]) : latin(JSON.stringify(value))
  }
  return latin(typeof value === 'boolean' ? String(Number(value)) : String(value))
}

const latin = (text: string) => Buffer.from(text).toString('latin1')
