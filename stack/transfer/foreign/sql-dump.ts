import { closeSync, openSync, readSync } from 'node:fs'
import { UserError } from '../../errors.ts'

/** A value of a row: its bytes, one a character, as the file has them; null is NULL. */
export type Value = string | null

/** What stands in a dump of MySQL or MariaDB, in the order of the file. */
export type Found =
  | { table: string; columns: string[]; row?: undefined }
  | { table: string; columns: string[] | undefined; row: Value[] }
  | { charset: string; table?: undefined }

const readAtOnce = 1024 * 1024
/** How files of gzip, zip, bzip2, xz and zstd begin. */
const packed = ['\x1f\x8b', 'PK', 'BZh', '\xfd7zX', '\x28\xb5\x2f\xfd']
/** Of one statement that is no INSERT, such as a table's definition. */
const longestStatement = 1024 * 1024

/**
 * Reads a dump as `mysqldump`, phpMyAdmin and boards themselves write it: definitions of tables, rows, and
 * the character set. Nothing in it is run. Memory does not grow with the file.
 *
 * Source: https://dev.mysql.com/doc/refman/9.7/en/string-literals.html and …/hexadecimal-literals.html
 *
 * Throws a UserError where the file is compressed, or ends within a statement.
 */
export function* readDump(path: string): Generator<Found> {
  const file = openSync(path, 'r')
  try {
    yield* statements(openText(file, path))
  } finally {
    closeSync(file)
  }
}

type Text = ReturnType<typeof openText>

/** The file as text of which each character is a byte. */
function openText(file: number, path: string) {
  let text = ''
  let at = 0
  let isOver = false
  let line = 1
  const piece = Buffer.alloc(readAtOnce)
  const more = () => {
    const bytes = readSync(file, piece, 0, readAtOnce, null)
    isOver = bytes === 0
    text = text.slice(at) + piece.toString('latin1', 0, bytes)
    at = 0
  }
  const has = (characters: number) => {
    while (!isOver && text.length - at < characters) more()
    return text.length - at >= characters
  }
  const advance = (characters: number) => {
    const passed = text.slice(at, at + characters)
    at += characters
    for (let from = passed.indexOf('\n'); from !== -1; from = passed.indexOf('\n', from + 1)) line++
    return passed
  }
  const fail = (what: string): never => {
    throw new UserError(`${path} can't be read: line ${line}: ${what}`)
  }
  has(4)
  if (packed.some((mark) => text.startsWith(mark)))
    throw new UserError(`${path} is compressed: unpack it first`)
  return {
    fail,
    isAtEnd: () => !has(1),
    startsWith: (words: string) => has(words.length) && text.startsWith(words, at),
    take: advance,
    /** All until one of these characters, which stays; the end of the file ends it, too. */
    until(ends: RegExp): string {
      const parts: string[] = []
      for (;;) {
        if (!has(1)) return parts.join('')
        ends.lastIndex = at
        const found = ends.exec(text)
        if (found) return parts.join('') + advance(found.index - at)
        parts.push(advance(text.length - at))
        if (parts.length * readAtOnce > 512 * readAtOnce) fail('a text has no end')
      }
    },
    skipSpace() {
      this.until(/\S/g)
    },
  }
}

const rowWords = ['INSERT', 'insert', 'REPLACE', 'replace']

function* statements(text: Text): Generator<Found> {
  for (;;) {
    text.skipSpace()
    if (text.isAtEnd()) return
    const comment = commentIn(text)
    if (comment !== undefined) {
      const charset = charsetIn(comment)
      if (charset) yield { charset }
      continue
    }
    if (rowWords.some((word) => text.startsWith(word))) {
      yield* insertIn(text)
      continue
    }
    const statement = restOf(text)
    const charset = charsetIn(statement)
    if (charset) yield { charset }
    const table = /^\s*CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?[`"]?([^`"\s(]+)/i.exec(statement)?.[1]
    if (table)
      yield {
        table,
        columns: [...statement.matchAll(/^\s*[`"]([^`"]+)[`"]\s/gm)].map(([, name]) => name ?? ''),
      }
  }
}

const charsetIn = (statement: string) => /^\s*SET\s+NAMES\s+'?(\w+)/i.exec(statement)?.[1]?.toLowerCase()

/** A comment is passed; one that servers run (`/*!40101 SET NAMES …`) is returned. */
function commentIn(text: Text): string | undefined {
  if (text.startsWith('--') || text.startsWith('#')) {
    text.until(/\n/g)
    return ''
  }
  if (!text.startsWith('/*')) return undefined
  let comment = ''
  do comment += text.until(/\*/g) + text.take(1)
  while (!text.startsWith('/') && !text.isAtEnd())
  text.take(1)
  return /^\/\*M?!\d*\s*(.*)/s.exec(comment)?.[1] ?? ''
}

/** The rest of a statement, its end included, which does not end within a text. */
function restOf(text: Text): string {
  let statement = ''
  for (;;) {
    statement += text.until(/[;'"`]/g)
    if (text.isAtEnd()) return statement
    if (statement.length > longestStatement) text.fail('a statement has no end')
    const mark = text.take(1)
    statement += mark
    if (mark === ';') return statement
    statement += mark === '`' ? text.until(/`/g) + text.take(1) : `${quoted(text, mark)}${mark}`
  }
}

function* insertIn(text: Text): Generator<Found> {
  const head = text.until(/\(/g)
  const match = /INTO\s+[`"]?([^`"\s(]+)[`"]?\s*(VALUES)?\s*$/i.exec(head)
  const table = match?.[1]
  if (!table) text.fail('an INSERT names no table')
  let columns: string[] | undefined
  if (!match?.[2]) {
    text.take(1)
    columns = text
      .until(/\)/g)
      .split(',')
      .map((each) => each.trim().replaceAll(/^[`"]|[`"]$/g, ''))
    text.take(1)
    if (!/^\s*VALUES?\s*$/i.test(text.until(/[(;]/g))) text.fail('an INSERT has no VALUES')
  }
  while (text.startsWith('(')) {
    yield { table: table ?? '', columns, row: rowIn(text) }
    text.skipSpace()
    if (!text.startsWith(',')) break
    text.take(1)
    text.skipSpace()
  }
  if (!restOf(text).endsWith(';')) text.fail('the file ends within a statement')
}

function rowIn(text: Text): Value[] {
  const row: Value[] = []
  do {
    text.take(1)
    row.push(valueIn(text))
    text.skipSpace()
  } while (text.startsWith(','))
  if (!text.startsWith(')')) text.fail('a row has no end')
  text.take(1)
  return row
}

function valueIn(text: Text): Value {
  const before = text.until(/[,)'"]/g).trim()
  if (text.startsWith("'") || text.startsWith('"')) {
    const value = quoted(text, text.take(1))
    return /^x$/i.test(before) ? fromHex(value) : value
  }
  if (/^NULL$/i.test(before)) return null
  const hex = /^(?:_binary\s+)?0x([0-9a-f]*)$/i.exec(before)?.[1]
  return hex === undefined ? before : fromHex(hex)
}

const fromHex = (hex: string) => Buffer.from(hex, 'hex').toString('latin1')

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', 0: '\0', b: '\b', Z: '\x1a' }

/** A text behind its first mark, with its last one taken. A mark within is doubled or escaped. */
function quoted(text: Text, mark: string): string {
  const ends = mark === "'" ? /['\\]/g : /["\\]/g
  let value = ''
  for (;;) {
    value += text.until(ends)
    if (text.isAtEnd()) text.fail('the file ends within a text')
    if (text.take(1) === '\\') {
      const escaped = text.take(text.isAtEnd() ? 0 : 1)
      value += escapes[escaped] ?? escaped
    } else if (text.startsWith(mark)) {
      value += text.take(1)
    } else {
      return value
    }
  }
}
