import { htmlOf, wordsOf } from '../../src/text/markdown.ts'

/**
 * The most processor time, in milliseconds, that one turn of this process's event loop took while `work` ran.
 * Not by the clock, so other processes on a busy machine don't count.
 */
export async function longestTurnOf(work: () => Promise<unknown>): Promise<number> {
  let [longest, before] = [0, processorMs()]
  const check = () => {
    const now = processorMs()
    longest = Math.max(longest, now - before)
    before = now
  }
  const timer = setInterval(check, 1)
  await work()
  check()
  clearInterval(timer)
  return longest
}

export function processorMs() {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

/** Does nothing else, for so many milliseconds: the event loop stands still. */
export function stall(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

export type Turn = { ms: number; isLong: boolean }

/**
 * The longest turn, the shortest of five tries, each after `prepare`: what else the process did can only have
 * made them longer. It is too long beyond `mostMs`. On a machine that others keep busy the same work takes
 * more of the processor, so `mostMs` grows with what a long text takes, 11 ms where nobody else works.
 */
export async function longestTurn(
  work: () => Promise<unknown>,
  mostMs: number,
  prepare = () => {},
): Promise<Turn> {
  let ms = Number.POSITIVE_INFINITY
  for (let tries = 0; tries < 5; tries++) {
    prepare()
    ms = Math.min(ms, await longestTurnOf(work))
    if (ms <= mostMs || ms <= (mostMs / 17) * timeOfLongText()) return { ms, isLong: false }
  }
  return { ms, isLong: true }
}

function timeOfLongText() {
  const text = `${++rounds}${'\n\na'.repeat(6_600)}`
  const began = processorMs()
  htmlOf(text)
  return processorMs() - began
}

let rounds = 0

/** Fills the memory of rendered texts with others: of a quote six letters are made, which costs little. */
export function forgetTexts() {
  for (let n = 0; n < 30; n++) htmlOf(`${++rounds} ${'"'.repeat(20_000)}`)
  for (let n = 0; n < 10; n++) wordsOf(`${++rounds} ${'a'.repeat(50_000)}`)
}
