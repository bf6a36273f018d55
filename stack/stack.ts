import type { Source } from './backup/backup.ts'
import type { Into } from './backup/restore.ts'
import type { Site } from './native/site.ts'
import type { Batchers } from './reconcile.ts'
import type { Mode, Status } from './status.ts'
import type { Board } from './transfer/board.ts'

/**
 * What `./agora` does with the stack on a data folder. `native/index.ts` runs it as processes of this
 * machine, `docker/index.ts` in containers; `choose-stack.ts` alone picks one of them. Each may throw a
 * UserError, which says what a person has to mend.
 */
export type Stack = {
  mode: Mode
  /**
   * Starts all. Resolves with the exit code: when all is ready with `detach`, else when the stack was
   * stopped.
   */
  up(options: UpOptions): Promise<number>
  /** Resolves when nothing runs any more. Deletes what the stack kept with `volumes`. */
  down(options: { volumes: boolean }): Promise<Stopped>
  status(): Promise<Status>
  /** Returns the names of processes that run on though nobody looks after them. */
  orphans(): string[]
  /** Prints what one process wrote, or the last lines of each. Resolves with the exit code. */
  logs(options: { process: string | undefined; follow: boolean }): Promise<number>
  /** Runs one statement as the database's administrator. */
  sql(statement: string): Promise<SqlAnswer>
  /** Resolves when there are so many web replicas, which from now on is the least. */
  scale(replicas: number): Promise<void>
  /** Replaces all replicas by those of the code in a folder. Resolves when they serve. */
  deploy(from: string): Promise<void>
  batchers(): Promise<Batchers>
  /** What a backup is made from; the stack runs. */
  backupSource(): Promise<Source>
  /** What an export is made from, and what is imported comes to; the stack runs. */
  board(): Promise<Board & { close(): Promise<void> }>
  /**
   * Makes what a stack of a drill beside this one runs. Returns the settings by which it does. `id` is in
   * names.
   */
  drillSettings(id: string): Promise<Record<string, string>>
  /** What a backup is read into; the stack is stopped, and empty unless `force` is given. */
  restoreTarget(options: { force: boolean }): Into
}

export type Print = (line: string) => void

export type UpOptions = {
  /** Absolute. Holds everything the stack keeps. */
  data: string
  port: number
  /** How many `web` replicas. */
  replicas: number
  detach: boolean
  /** The scaler changes the number of web replicas by itself. */
  autoscale: boolean
  /** Which of these were typed; the others are as usual. */
  typed: ('--port' | '--replicas' | '--no-autoscale')[]
} & Pick<Site, 'webEntry' | 'ways'>

export type Stopped = { wasRunning: boolean; isDeleted: boolean }

/** Rows as text, or, when the statement was no question, how many rows it changed. */
export type SqlAnswer = { header: string[]; rows: string[][] } | { changed: number }
