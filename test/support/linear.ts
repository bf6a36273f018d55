import { processorMs } from './turns.ts'

/** The kernel counts processor time in steps of some milliseconds. */
const measuredMs = 12
/** What is done sooner is lost in the noise of measuring. */
const soonMs = 1

/** Processor time of one run in milliseconds. */
async function timeOf(run: (text: string) => unknown, text: string): Promise<number> {
  const began = processorMs()
  for (let runs = 1; ; runs++) {
    // Another text each time: results are cached.
    await run(`${text}${runs}`)
    const ms = processorMs() - began
    if (ms >= measuredMs) return ms / runs
  }
}

/**
 * How many times as long it takes for a text four times as long: 4 where it is linear, 16 where it is
 * quadratic.
 */
export async function growthOf(
  run: (text: string) => unknown,
  [start, part]: [string, string],
  characters: number,
) {
  const textOf = (length: number) => start + part.repeat(Math.ceil(length / part.length))
  const large = await timeOf(run, textOf(4 * characters))
  return large < soonMs ? 1 : large / (await timeOf(run, textOf(characters)))
}
