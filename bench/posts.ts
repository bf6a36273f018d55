/** What clients know of one post's likes. */
export type Tally = {
  post: number
  /** Presses that were sent, each counted once however often it was sent again. */
  sent: number
  /** Presses whose answer came. */
  answered: number
}

/** As on a real board: one post that everyone presses, ten that many do, the others now and then. */
export function choose(tallies: Tally[], roll: () => number): Tally {
  const sort = roll()
  const at = sort < 0.4 ? 0 : sort < 0.7 ? 1 + Math.floor(roll() * 10) : Math.floor(roll() * tallies.length)
  return tallies[at] as Tally
}
