/** How one request ended. Times are of `performance.now()`. */
export type Visit = {
  method: 'GET' | 'POST'
  startedMs: number
  endedMs: number
  isLost: boolean
  how: string
}

export type Visitors = {
  visits: Visit[]
  /** Resolves when the last request has ended. */
  leave(): Promise<void>
}

const patienceMs = 20_000

/**
 * Constant traffic, whatever the site does: so many requests a second are begun, three reads for one like,
 * each on a connection of its own and never sent again. A request is lost when no answer comes or one that
 * says 5xx.
 */
export function constantVisitors(url: string, perSecond: number, posts: number[]): Visitors {
  const visits: Visit[] = []
  const underWay = new Set<Promise<void>>()
  let number = 0
  const timer = setInterval(() => {
    const visit = pay(number++).finally(() => underWay.delete(visit))
    underWay.add(visit)
  }, 1_000 / perSecond)

  async function pay(at: number): Promise<void> {
    const method = at % 4 === 3 ? 'POST' : 'GET'
    const post = posts[at % posts.length]
    const path = method === 'POST' ? `/api/posts/${post}/likes` : ['/', `/posts/${post}`, '/market'][at % 3]
    const startedMs = performance.now()
    const how = await answerOf(`${url}${path}`, method)
    visits.push({ method, startedMs, endedMs: performance.now(), isLost: !/^[2-4]/.test(how), how })
  }

  return {
    visits,
    async leave() {
      clearInterval(timer)
      await Promise.all(underWay)
    },
  }
}

async function answerOf(url: string, method: string): Promise<string> {
  try {
    const response = await fetch(url, { method, keepalive: false, signal: AbortSignal.timeout(patienceMs) })
    await response.arrayBuffer()
    return String(response.status)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** HAProxy may give a request to a connection that the dead replica had open, before it hears of the end. */
const instantMs = 250

/** It was under way when a process was killed: what the killed one worked on nobody can end. */
export const wasCut = ({ startedMs, endedMs }: Visit, kills: number[]) =>
  kills.some((killMs) => startedMs < killMs + instantMs && endedMs > killMs)
