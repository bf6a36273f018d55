/** The most by which a number that only rises went up from one look to the next, the first of them from 0. */
export const longestStep = (looks: number[]) =>
  Math.max(...looks.map((look, index) => look - (looks[index - 1] ?? 0)))
