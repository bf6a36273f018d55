/** What the nemesis does to a site beside killing and stopping its processes. */
export const faults = [
  'full disk',
  'hung connection',
  'clock step',
  'older Redis',
  'older MySQL',
  'older journal',
  'hidden post',
] as const
export type Fault = (typeof faults)[number]

export const noFaults = (): Record<Fault, number> =>
  Object.fromEntries(faults.map((fault) => [fault, 0])) as Record<Fault, number>

/** From whom to whom connections are hung, one at a time. */
export const ways = ['batcher to MySQL', 'batcher to Redis', 'replica to MySQL', 'replica to Redis'] as const
export type Way = (typeof ways)[number]

/** A store whose past can be put back. */
export type Store = 'redis' | 'mysql' | 'journal'

/** Causes faults on a stack. Natively and in containers that is done by other means. */
export type Injector = {
  /** Leaves no room on the disk of MySQL and the journal until `isEnough`. */
  fillDisk(isEnough: () => boolean): Promise<void>
  /**
   * From now on nothing comes through by one open connection: the one at `place`, from 0 up to 1. False when
   * none is open. Its server learns `forMs` later that it is gone.
   */
  hang(way: Way, place: number, forMs: number): Promise<boolean>
  /** Sets the wall clock of all programs this far from the machine's own. */
  setClock(offsetMs: number): Promise<void>
  /** Copies what a store has. Returns a function that stops the store, puts the copy back and starts it. */
  remember(store: Store): Promise<() => Promise<void>>
  /** `./agora reconcile` with these options. */
  reconcile(...options: string[]): Promise<{ isWell: boolean; text: string }>
}
