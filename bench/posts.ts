/** What clients know of one post's likes. */
export type PostCount = {
  post: number
  /** Likes that were sent, each counted once however often it was sent again. */
  sent: number
  /** Likes whose answer came. */
  answered: number
}

/** So many posts get most likes. */
export const wellLiked = 11

/** As on a real board: one post that everyone likes, ten that many do, the others now and then. */
export function choose(postCounts: PostCount[], roll: () => number): PostCount {
  const sort = roll()
  const at =
    sort < 0.4
      ? 0
      : sort < 0.7
        ? 1 + Math.floor(roll() * (wellLiked - 1))
        : Math.floor(roll() * postCounts.length)
  return postCounts[at] as PostCount
}
