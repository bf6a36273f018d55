import type { ProcessRole } from '../stack/status.ts'
import type { Fault, Injector } from './faults.ts'
import type { Health } from './health.ts'

export type Victim = Extract<ProcessRole, 'batcher' | 'mysql' | 'redis' | 'web'>
export const victims: Victim[] = ['batcher', 'mysql', 'redis', 'web']

/** How often each is killed, and how often stopped for a while; how often each other fault is caused. */
export type Wrath = {
  kills: Record<Victim, number>
  pauses: Record<Victim, number>
  faults: Record<Fault, number>
  seed: number
}

export type Surroundings = {
  wrath: Wrath
  health: Health
  /** How much of the pressing is done, from 0 to 1. Blows are spread over it. */
  pressed: () => number
  injector: Injector
  crowd: Crowd
}

/** Those who press, as far as the nemesis has to do with them. */
export type Crowd = {
  /** How many presses were refused so far because the disk is full. */
  refusedAsFull: () => number
  /**
   * Resolves when every press under way is answered and nobody begins another. What it gives lets them go on.
   */
  hush: () => Promise<() => void>
  /** What one press of one of them is answered: the status and the body. It may count or not. */
  probe: () => Promise<{ status: number; text: string }>
}

export type Nemesis = {
  /** What was done so far. */
  done: Omit<Wrath, 'seed'>
  /** From 0 to 1. */
  progress(): number
  /** Resolves when all is done and every process goes on. */
  over: Promise<void>
}
