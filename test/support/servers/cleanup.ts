type Closing = () => void | Promise<void>

const closings: Closing[] = []

/** Returns `opened` and has it closed when the last test of the run is over. */
export function closeAfterTests<T>(opened: T, close: (opened: T) => void | Promise<void>): T {
  closings.push(() => close(opened))
  return opened
}

/** Closes all, what was opened last first. */
export async function closeAll(): Promise<void> {
  for (let close = closings.pop(); close; close = closings.pop()) await close()
}
