export type Patience = { withinMs?: number; everyMs?: number }

/**
 * Asks again and again until the answer is something, and returns it. An error counts as "not yet". Throws
 * with the last answer, or the last error as its cause, when the time is over.
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  { withinMs = 30_000, everyMs = 20 }: Patience = {},
): Promise<NonNullable<Exclude<T, false | 0 | ''>>> {
  const deadline = performance.now() + withinMs
  while (true) {
    const { answer, error } = await attempt(condition)
    if (answer) return answer as NonNullable<Exclude<T, false | 0 | ''>>
    if (performance.now() > deadline) {
      const last = error instanceof Error ? error.message : `answer ${JSON.stringify(answer)}`
      throw new Error(`waited ${withinMs} ms in vain for ${condition}; last ${last}`, { cause: error })
    }
    await Bun.sleep(everyMs)
  }
}

async function attempt<T>(condition: () => T | Promise<T>): Promise<{ answer?: T; error?: unknown }> {
  try {
    return { answer: await condition() }
  } catch (error) {
    return { error }
  }
}
