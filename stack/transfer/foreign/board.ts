import type { Database } from 'bun:sqlite'
import type { Print } from '../../stack.ts'
import type { Kind, Line } from '../format.ts'
import type { Read, Tables } from './staged.ts'

/** What is known of another board's program. */
export type Foreign = {
  title: string
  /** Of a dump that is none of MySQL. */
  read?: Read
  tables: Tables
  /** A text that stays that of the board, whenever a dump is made. */
  identity(db: Database): string
  /** What never comes along, a line each. */
  stays(db: Database): string[]
  lines: { [K in Kind]?: (source: Source) => AsyncGenerator<Line<K>> }
}

export type Source = {
  db: Database
  /** Whether there are files of the board. */
  files: boolean
  /** Adds a picture to the file, made anew. `what`: whose it is, for the line that says why it can't come. */
  picture(kind: 'avatar' | 'picture', path: string, what: string): Promise<Made | undefined>
  tell: Print
}

type Made = { hash: string; width: number; height: number }
