import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { UserError } from '../errors.ts'

export type Migration = {
  number: number
  /** The file's name without its number and ending. */
  name: string
  file: string
  /** May run only when no replica of the version before is left. */
  isContract: boolean
  /** Without comments, in the order in which they run. */
  statements: string[]
}

export const ownMigrations = new URL('../../sql/migrations/', import.meta.url)

/**
 * Every migration of a folder in the order of their numbers. Throws a UserError when a name or a number can't
 * be.
 */
export async function readMigrations(folder: URL = ownMigrations): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()
  const migrations = await Promise.all(files.map((file) => readMigration(folder, file)))
  for (const [index, { number, file }] of migrations.entries()) {
    const before = migrations[index - 1]
    if (before?.number === number) throw new UserError(`${before.file} and ${file} have the same number`)
  }
  return migrations
}

async function readMigration(folder: URL, file: string): Promise<Migration> {
  const [, number, name, contract] = file.match(/^(\d{4})-([a-z0-9-]+)(\.contract)?\.sql$/) ?? []
  if (!number || !name) {
    throw new UserError(
      `a migration is named as in 0007-add-avatars.sql or 0008-drop-old.contract.sql, not ${file}`,
    )
  }
  const statements = statementsIn(await Bun.file(new URL(file, folder)).text())
  if (statements.length === 0) throw new UserError(`the migration ${file} is empty`)
  return { number: Number(number), name, file, isContract: contract !== undefined, statements }
}

/** Text in quotes of any kind, a comment, the end of a statement, or anything else. */
const piece =
  /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`[^`]*`|(?:--(?=\s|$)|#)[^\n]*|\/\*.*?\*\/|;|[^'"`\-#/;]+|./gs

/**
 * The statements of a script, comments left out but for those that a server executes (`/*! ... *\/`). Scripts
 * with DELIMITER are not understood.
 */
export function statementsIn(script: string): string[] {
  const statements = ['']
  for (const [text] of script.matchAll(piece)) {
    if (text === ';') statements.push('')
    else if (!/^(--|#|\/\*(?!!))/.test(text)) statements.push(`${statements.pop()}${text}`)
  }
  return statements.map((each) => each.trim()).filter(Boolean)
}

/** SHA-256, in hex, over the first `count` statements: comments may be mended later, statements not. */
export function hashOf({ statements }: Migration, count = statements.length): string {
  return createHash('sha256').update(statements.slice(0, count).join(';\n')).digest('hex')
}
