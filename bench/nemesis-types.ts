import type { ProcessRole } from '../stack/status.ts'
import type { Fault, Injector } from './faults.ts'
import type { Health } from './health.ts'
import type { Keeper } from './hidden-posts.ts'
import type { PostCount } from './posts.ts'

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
  /** The share of likes that are answered, from 0 to 1. Faults are spread over it. */
  answeredShare: () => number
  injector: Injector
  keeper: Keeper
  crowd: Crowd
}

/** The clients that like, as far as the nemesis has to do with them. */
export type Crowd = {
  /** How many likes were refused so far because the disk is full. */
  refusedAsFull: () => number
  /**
   * Resolves when every like under way is answered and nobody begins another. What it returns lets them go
   * on.
   */
  hush: () => Promise<() => void>
  /** The status and the body of an answer to one like. It may count or not. */
  probe: () => Promise<{ status: number; text: string }>
  /** One of the posts that many like, and how many of its likes were answered so far. */
  likedPost: (place: number) => Readonly<PostCount>
}

export type Nemesis = {
  /** What was done so far. */
  done: Omit<Wrath, 'seed'>
  /** From 0 to 1. */
  progress(): number
  /** Resolves when all is done and every process goes on. */
  over: Promise<void>
}
