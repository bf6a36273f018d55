import type { Health } from '../../src/health/site-status.ts'
import type { ProcessStatus } from '../status.ts'
import type { Figures, Operators } from './sampler.ts'

/** A process with where HAProxy finds it, if it does, and its name in its heartbeat. */
export type ListedProcess = ProcessStatus & { addresses?: string[]; heartbeatName?: string }

export type Listing = {
  processes: ListedProcess[]
  operators: Operators
  /** What somebody asked for by hand. */
  minReplicas: number | null
}

/** How the scaler sees and moves a stack: one for processes of this machine, one for containers. */
export type Driver = {
  /** What there is; undefined while the stack is being started or stopped, or nobody says. */
  list(): Promise<Listing | undefined>
  /** How each process is, by its name. Takes a second at most. */
  probe(processes: ListedProcess[], figures: Figures): Promise<Map<string, Health>>
  /** Starts what lacks, or stops the newest web replicas when they have drained. */
  scaleTo(replicas: number): Promise<void>
  /**
   * Has a process started anew in its place: on its port, with its data. A gentle end lets it finish first.
   */
  replace(process: ListedProcess, isGentle: boolean): Promise<void>
}
