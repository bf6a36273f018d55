/** The most by which a number that only rises went up from one look to the next, the first of them from 0. */
export const longestStep = (samples: number[]) =>
  Math.max(...samples.map((sample, index) => sample - (samples[index - 1] ?? 0)))
