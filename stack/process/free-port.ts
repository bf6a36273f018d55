import { createSocket } from 'node:dgram'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { UserError } from '../errors.ts'

const loopback = '127.0.0.1'

/**
 * Below every common range of ephemeral ports: an outgoing connection can never sit on a port we must come
 * back to.
 */
const lowest = 20_000
const highest = 31_999

const reservedMs = 120_000

/** A port that nothing listens on, and that no other process is given for two minutes. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest + 1))
    if ((await isFree(port)) && (await reserve(port))) return port
  }
  throw new Error(`no free port from ${lowest} to ${highest} on ${loopback}`)
}

/**
 * Whether nobody else has the port in mind: what is started may listen on it seconds later only. The UDP port
 * of the same number, which no program here uses, says so to every process on this machine, and ends with
 * this one.
 */
async function reserve(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = createSocket('udp4')
  socket.once('error', () => resolve(false))
  socket.bind({ port, address: loopback, exclusive: true }, () => {
    socket.unref()
    setTimeout(() => socket.close(), reservedMs).unref()
    resolve(true)
  })
  return promise
}

export async function isFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const server = createServer()
  server.once('error', () => resolve(false))
  server.listen({ port, host: loopback, exclusive: true }, () => server.close(() => resolve(true)))
  return promise
}

/** Throws a UserError that names who listens on the port of the board. */
export async function refuseTakenPort(port: number): Promise<void> {
  if (await isFree(port)) return
  const holder = holderOf(port)
  throw new UserError(`port ${port} is taken${holder ? ` by ${holder}` : ''}: choose another one with --port`)
}

/** Returns who listens on a port, as in `nginx (pid 123)`; undefined when the system does not say. */
export function holderOf(port: number): string | undefined {
  return process.platform === 'linux' ? holderOnLinux(port) : holderByLsof(port)
}

/**
 * proc(5): `net/tcp` names a listener's inode (column 10, state 0A), a process's `fd` folder links to
 * `socket:[inode]`.
 */
function holderOnLinux(port: number): string | undefined {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  const inodes = ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((table) => attempt(() => readFileSync(table, 'utf8').split('\n')) ?? [])
    .map((line) => line.trim().split(/\s+/))
    .filter((column) => column[1]?.endsWith(`:${hex}`) && column[3] === '0A')
    .map((column) => `socket:[${column[9]}]`)
  const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && holdsAny(name, inodes))
  return (
    pid && `${attempt(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim()) ?? 'a process'} (pid ${pid})`
  )
}

function holdsAny(pid: string, links: string[]): boolean {
  const descriptors = attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? []
  return descriptors.some((fd) => links.includes(attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? ''))
}

function holderByLsof(port: number): string | undefined {
  const command = ['lsof', '-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']
  const output = attempt(() => Bun.spawnSync(command, { stderr: 'ignore' }).stdout.toString())
  const field = (letter: string) => output?.match(new RegExp(`^${letter}(.+)$`, 'm'))?.[1]
  return field('p') && `${field('c') ?? 'a process'} (pid ${field('p')})`
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
