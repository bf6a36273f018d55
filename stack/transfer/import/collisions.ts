import type { Sql } from '../../../src/platform/db.ts'
import { sha256 } from '../../../src/platform/sha256.ts'
import type { Print } from '../../stack.ts'
import type { Kind, Line } from '../format.ts'
import { freeNames } from './bring/members.ts'
import { hasOpened, windowMet } from './bring/windows.ts'
import { categoriesNamed, itemsNamed, keysTaken, membersNamed } from './queries.ts'

type Fresh = {
  kind: Kind
  lines: Line[]
  /** The board has nothing yet but an admin who makes way: nothing collides, and all numbers are kept. */
  isWhole: boolean
  print: Print
}

/** Says, before anything is written, what of these lines meets something that this board has already. */
export async function tellCollisions(sql: Sql, { kind, lines, isWhole, print }: Fresh): Promise<void> {
  if (isWhole || lines.length === 0) return
  await tellers[kind]?.(sql, lines as never, (line: { id: number; name?: string }, about: string) =>
    print(`${kind} ${line.id}${line.name === undefined ? '' : ` "${line.name.slice(0, 40)}"`}: ${about}`),
  )
  const why = stayBehind[kind]
  if (why) print(`${kind}: ${lines.length} stay behind: ${why}`)
}

const stayBehind: Partial<Record<Kind, string>> = {
  goneposts: 'they name posts by their numbers, which are others here',
  actions: 'they, and appeals, name posts by their numbers, which are others here',
  rules: 'this board asks what its own say',
}

type Say = (line: { id: number; name?: string }, about: string) => void
type Tellers = { [K in Kind]?: (sql: Sql, lines: Line<K>[], say: Say) => Promise<void> }

const keyOf = (text: string) => Buffer.from(sha256(text), 'hex')

const tellers: Tellers = {
  async members(sql, lines, say) {
    const there = await membersNamed(
      sql,
      lines.map(({ name }) => keyOf(name)),
    )
    const hashes = new Map(there.map(({ nameKey, passwordHash }) => [nameKey, passwordHash]))
    for (const line of lines) {
      const hash = hashes.get(sha256(line.name))
      if (hash === undefined) continue
      if (hash !== null && hash === line.passwordHash)
        say(line, `is here, with this password, and stays one${line.sanctions ? ', without sanctions' : ''}`)
      else say(line, `somebody has this name here; they are "${(await freeNames(sql, [line.name]))[0]}"`)
    }
    const addressed = lines.filter(({ address }) => address)
    const keys = addressed.map(({ address }) => keyOf(address?.address.toLowerCase() ?? ''))
    const taken = new Set(await keysTaken(sql, 'addresses', keys))
    for (const line of addressed) {
      if (taken.has(sha256(line.address?.address.toLowerCase() ?? '')))
        say(line, 'somebody has this address here, so it comes without')
    }
  },
  async categories(sql, lines, say) {
    const there = await categoriesNamed(
      sql,
      lines.map(({ name }) => keyOf(name)),
    )
    const keys = new Set(there.map(({ nameKey }) => nameKey))
    for (const line of lines)
      if (keys.has(sha256(line.name))) say(line, 'is here: its posts go into that one')
  },
  async posts(sql, lines, say) {
    const acts = lines.flatMap(({ act }) => (act ? [keyOf(act.id)] : []))
    const taken = new Set(await keysTaken(sql, 'acts', acts))
    for (const line of lines)
      if (line.act && taken.has(sha256(line.act.id)))
        say(line, `act ${line.act.id.slice(0, 40)} is here already`)
  },
  async items(sql, lines, say) {
    const there = new Set(
      (
        await itemsNamed(
          sql,
          lines.map(({ name }) => name),
        )
      ).map(({ name }) => name),
    )
    for (const line of lines)
      if (there.has(line.name)) say(line, 'is here: its stock and its price stay those of here')
  },
  async windows(sql, lines, say) {
    const now = new Date()
    for (const line of lines) {
      const other = await windowMet(sql, line, now)
      if (!other) continue
      const fate = hasOpened(line, now) ? 'comes closed' : 'stays behind'
      say(line, `"${other.name}" is open here for some of its time, so it ${fate}`)
    }
  },
}
