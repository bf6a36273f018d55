/**
 * Visitors who come when they come, however slow the site is (an open loop). A closed loop, in which each
 * waits for an answer before the next request, goes easy on a site that is overloaded and then reports that
 * all was well. Time is measured from the moment a request was due, so what the generator itself could not
 * send in time counts as waiting.
 */
import { Agent, request } from 'node:http'

/** `cookie`: of a member. */
type Visit = { method: 'GET' | 'POST'; path: string; cookie?: string | undefined }

/** `sender`: an address of this machine that the request comes from, since limits are by address. */
type Due = Visit & { sender: string; kind: string }

export type Answer = {
  kind: string
  /** When it was due, in seconds since the start. */
  second: number
  ms: number
  /** Undefined: no answer came. */
  status: number | undefined
  /** What HAProxy says of its caches. */
  cache?: string | undefined
  isLike: boolean
}

export type OpenLoop = {
  /** Requests that wait for an answer now. */
  underWay(): number
  /** Stops sending and resolves when all have been answered or given up. */
  end(): Promise<void>
}

/** Requests a second at a moment, and the next request of that kind. */
export type Stream = {
  kind: string
  perSecond: (atSecond: number) => number
  next: () => Visit & { sender: string }
}

const tickMs = 5
const patienceMs = 5_000
/** Beyond this many a request is given up at once: the generator must not be what breaks. */
const mostUnderWay = 4_000
const socketsPerSender = 16

export function openLoop(origin: string, streams: Stream[], onAnswer: (answer: Answer) => void): OpenLoop {
  const { hostname, port } = new URL(origin)
  const agents = new Map<string, Agent>()
  const began = performance.now()
  const seconds = () => (performance.now() - began) / 1_000
  const owed = streams.map(() => 0)
  let last = 0
  let underWay = 0
  const ticking = setInterval(tick, tickMs)

  return {
    underWay: () => underWay,
    async end() {
      clearInterval(ticking)
      while (underWay > 0) await Bun.sleep(tickMs)
      for (const agent of agents.values()) agent.destroy()
    },
  }

  function tick() {
    const now = seconds()
    streams.forEach((stream, index) => {
      const due = (owed[index] ?? 0) + stream.perSecond(now) * (now - last)
      owed[index] = due % 1
      for (let number = Math.floor(due); number > 0; number--) {
        send({ ...stream.next(), kind: stream.kind }, now)
      }
    })
    last = now
  }

  function send({ method, path, sender, kind, cookie }: Due, second: number) {
    const record = (status: number | undefined, cache?: string) => {
      onAnswer({ kind, second, ms: (seconds() - second) * 1_000, status, cache, isLike: method === 'POST' })
    }
    if (underWay >= mostUnderWay) return record(undefined)
    underWay++
    let isOver = false
    const finish = (status: number | undefined, cache?: string) => {
      if (isOver) return
      isOver = true
      underWay--
      record(status, cache)
    }
    const from = { agent: agentOf(sender), localAddress: sender, ...(cookie && { headers: { cookie } }) }
    const sent = request({ hostname, port, method, path, timeout: patienceMs, ...from }, (response) => {
      response.on('data', () => {})
      response.on('end', () => finish(response.statusCode, `${response.headers['x-cache']}`))
      response.on('error', () => finish(undefined))
    })
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')))
    sent.on('error', () => finish(undefined))
    sent.on('close', () => finish(undefined))
    sent.end()
  }

  function agentOf(sender: string): Agent {
    const known = agents.get(sender)
    if (known) return known
    const agent = new Agent({ keepAlive: true, maxSockets: socketsPerSender })
    agents.set(sender, agent)
    return agent
  }
}
