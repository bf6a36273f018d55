/**
 * Where a batcher is. A container that starts again may get another address, and who connects to its name
 * meets the old one, or nothing, for some seconds: Bun keeps what a name stood for while any connection to it
 * is being made, and all who connect wait for one lookup, which takes the C library five seconds if it began
 * while the name stood for nothing. To a read that is a batcher that does not answer, so it would show what
 * Redis or MySQL have, which may be less than that batcher has answered since. Whoever must not miss it looks
 * its name up, each time for itself.
 */
import { Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'

const lookupMs = 1_000

export type Address = {
  /**
   * Resolves to where the batcher is by now; where no name server knows, to what `last` returns. Never
   * rejects.
   */
  now(): Promise<string>
  /** Returns where it was when somebody looked last. */
  last(): string
}

/** `url` is `http://host:port`. That of an IP address, or of a certificate's name, is what it is. */
export function openAddress(url: string): Address {
  const { protocol, hostname } = new URL(url)
  const hasName = protocol === 'http:' && isIP(hostname) === 0 && hostname !== 'localhost'
  let last = url
  return { now, last: () => last }

  async function now() {
    if (!hasName) return url
    // A resolver keeps answers for as long as the name server says, and Docker's says ten minutes: each asks
    // once.
    const [found] = await new Resolver({ timeout: lookupMs, tries: 1 }).resolve4(hostname).catch(() => [])
    if (found) last = url.replace(`//${hostname}`, `//${found}`)
    return last
  }
}
