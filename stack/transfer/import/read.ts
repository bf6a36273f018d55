import { hashOf } from '../../../src/action-log/chain.ts'
import type { Entry as LogEntry } from '../../../src/action-log/queries.ts'
import { UserError } from '../../errors.ts'
import type { BoardReader, Entry } from '../board-file.ts'
import { type Kind, kinds, type Line, lineFault, ofSubject } from '../format.ts'
import { type Known, mend, note, openKnown } from './mend.ts'

/** The lines of a file, in their order, a file of it at a time. */
export function* linesIn({ entries, read }: BoardReader, path: string): Generator<LineAt> {
  let last = 0
  for (const entry of entries) {
    const kind = kindOf(entry)
    if (kind === undefined) {
      if (/^(pictures|avatars)\/[0-9a-f]{64}(\.small)?\.webp$/.test(entry.name)) continue
      throw new UserError(`${path} can't be read: nobody knows what ${entry.name} in it is`)
    }
    const place = kinds.indexOf(kind)
    if (place < last) throw new UserError(`${path} can't be read: ${entry.name} comes too late in it`)
    last = place
    yield* linesOf(read(entry).toString(), kind, `${path} can't be read: ${entry.name}`)
  }
}

export type LineAt = { [K in Kind]: { kind: K; line: Line<K> } }[Kind]

const kindOf = ({ name }: Entry) =>
  kinds.find((kind) => name.startsWith(`${kind}/`) && name.endsWith('.jsonl'))

function* linesOf(text: string, kind: Kind, where: string): Generator<LineAt> {
  let start = 0
  for (let number = 1; start < text.length; number++) {
    const end = text.indexOf('\n', start)
    if (end === -1) throw new UserError(`${where}, line ${number} has no end`)
    const line = parsed(text.slice(start, end))
    const fault = line === undefined ? 'it is no JSON' : lineFault(kind, line)
    if (fault) throw new UserError(`${where}, line ${number}: ${fault}`)
    yield { kind, line } as LineAt
    start = end + 1
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export type Checked = {
  known: Known
  /** How many lines of each kind can come. */
  counts: Record<Kind, number>
  /** The highest id of each kind that has one. */
  highest: Partial<Record<Kind, number>>
  /** The first admin in it who may sign in. */
  admin: Line<'members'> | undefined
}

/**
 * Reads the whole file before anything is written. `tell` is called with each thing that cannot come, and
 * why. Throws a UserError where a line is none of the format, or out of its order.
 */
export function check(file: BoardReader, path: string, tell: (about: string) => void): Checked {
  const pictures = new Set(file.entries.map(({ name }) => name))
  const known = openKnown(pictures, new Date().toISOString())
  const counts = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Checked['counts']
  const highest: Checked['highest'] = {}
  let admin: Checked['admin']
  let chain = { number: 0, hash: '0'.repeat(64) }
  for (const { kind, line } of linesIn(file, path)) {
    const key = keyOf(line)
    if (key !== undefined) {
      if (key <= (highest[kind] ?? 0))
        throw new UserError(`${path} can't be read: ${kind} ${key} comes after ${kind} ${highest[kind]}`)
      highest[kind] = key
    }
    if (kind === 'actions') chain = nextOf(chain, line, path)
    const { line: mended, why } = mend(kind, line, known)
    for (const each of why) tell(`${kind} ${nameOf(line)}: ${each}`)
    if (!mended) continue
    note(kind, mended, known)
    counts[kind]++
    for (const [of, id] of namedIn({ kind, line } as LineAt)) highest[of] = Math.max(highest[of] ?? 0, id)
    if (kind === 'members' && line.role === 'admin' && !line.disabledAt) admin ??= line
  }
  return { known, counts, highest, admin }
}

const keyOf = (line: LineAt['line']) => ('id' in line ? line.id : 'number' in line ? line.number : undefined)

/** What a person finds the line by. */
function nameOf(line: LineAt['line']): string {
  const key = keyOf(line)
  if ('name' in line) return `${key} "${line.name.slice(0, 40)}"`
  if (key !== undefined) return String(key)
  return Object.values(line).slice(0, 3).join(' ')
}

/** Numbers that a line names, whose post or account may be gone: nobody else gets them. */
function* namedIn({ kind, line }: LineAt): Generator<[Kind, number]> {
  if (kind === 'goneposts') yield ['posts', line.post]
  if (kind === 'actions') {
    yield [ofSubject[line.kind] ?? 'posts', line.subject]
    for (const member of [line.by, line.concerns]) if (member) yield ['members', member]
  }
  if (kind === 'reports' && line.closedBy) yield ['members', line.closedBy]
  if (kind === 'modnotes' && line.by) yield ['members', line.by]
}

/** What its hash is over. */
export const entryOf = ({ hash: _, concerns: __, appeal: ___, ...entry }: Line<'actions'>) =>
  ({ rule: null, detail: null, until: null, refersTo: null, ...entry }) as LogEntry

function nextOf(chain: { number: number; hash: string }, line: Line<'actions'>, path: string) {
  const { hash } = line
  const isNext = line.number === chain.number + 1 && hashOf(chain.hash, entryOf(line)) === hash
  if (!isNext) throw new UserError(`${path} can't be read: actions ${line.number} is not as it was written`)
  return { number: line.number, hash }
}
