import { text } from 'node:stream/consumers'
import { pause } from '../../src/platform/async.ts'
import { UserError } from '../errors.ts'
import type { ProcessRole, ProcessState } from '../status.ts'
import { projectOf } from './engine.ts'

/**
 * A container of a stack, as Docker's own client describes it: quicker than Compose, and with its addresses.
 */
export type Container = {
  id: string
  /** As `./agora status` has it, such as `web-2`. */
  name: string
  role: ProcessRole
  number: number
  state: ProcessState
  isPaused: boolean
  /** Docker's own: `healthy`, `unhealthy`, `starting`, or empty. */
  health: string
  image: string
  createdAt: string
  port: number
  addresses: string[]
}

type Inspected = {
  Id: string
  Image: string
  Created: string
  State: { Status: string; Health?: { Status: string } }
  Config: { Labels: Record<string, string> }
  NetworkSettings: { Networks: Record<string, { IPAddress: string }> }
}

/** The ports the containers listen on, none of them published but HAProxy's. */
export const containerPorts: Partial<Record<ProcessRole, number>> = {
  haproxy: 8080,
  mysql: 3306,
  redis: 6379,
  batcher: 4000,
  courier: 5000,
  search: 4100,
  web: 3000,
  accounts: 3000,
  admin: 3000,
}

/** The containers of a stack, by kind and number. Throws when the engine does not answer. */
export const containersOf = (data: string): Promise<Container[]> => listed(() => containersNow(data))

const listTries = 10
const listAgainMs = 100

/**
 * Asks Docker for a list, and again where a container was removed while it made one: it fails as a whole
 * then. Throws what `ask` throws otherwise, and the last time.
 */
export async function listed<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask()
    } catch (error) {
      const isRemoved = error instanceof Error && /no such (container|object)/i.test(error.message)
      if (!isRemoved || tries === listTries) throw error
      await pause(listAgainMs)
    }
  }
}

async function containersNow(data: string): Promise<Container[]> {
  const mine = `label=com.docker.compose.project=${projectOf(data)}`
  const ids = (await runDocker(['ps', '--all', '--quiet', '--filter', mine])).split('\n').filter(Boolean)
  if (ids.length === 0) return []
  const found = JSON.parse(await runDocker(['inspect', ...ids])) as Inspected[]
  const places = Object.keys(containerPorts)
  const placeOf = ({ role, number }: Container) => places.indexOf(role) * 1_000 + number
  return found.flatMap((each) => containerOf(each) ?? []).sort((a, b) => placeOf(a) - placeOf(b))
}

/** Runs Docker's client to its end. Returns what it printed. Throws a UserError with its complaint. */
export async function runDocker(args: string[]): Promise<string> {
  const child = Bun.spawn(['docker', ...args], { stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' })
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), child.exited])
  if (code !== 0) throw new UserError(`docker ${args[0]} failed: ${errors.trim() || output.trim()}`)
  return output.trim()
}

/**
 * Deletes those of our images that have no name any more and that no container has: each build leaves the one
 * before. What can't be deleted now is at the next time.
 */
export async function forgetImages(): Promise<void> {
  await runDocker(['image', 'prune', '--force', '--filter', `label=${imageLabel}`]).catch(() => undefined)
}

/** As the Dockerfile has it. */
const imageLabel = 'org.opencontainers.image.title=Agora'

function containerOf({
  Id,
  Image,
  Created,
  State,
  Config,
  NetworkSettings,
}: Inspected): Container | undefined {
  const role = Config.Labels['com.docker.compose.service'] as ProcessRole
  const port = containerPorts[role]
  if (port === undefined) return undefined
  const number = Number(Config.Labels['com.docker.compose.container-number'] ?? 1)
  const isSingle = role === 'haproxy' || role === 'mysql' || role === 'redis'
  const health = State.Health?.Status ?? ''
  return {
    id: Id,
    name: isSingle ? role : `${role}-${number}`,
    role,
    number,
    state: stateOf(State.Status, health),
    isPaused: State.Status === 'paused',
    health,
    image: Image,
    createdAt: Created,
    port,
    addresses: Object.values(NetworkSettings.Networks).flatMap(({ IPAddress }) => IPAddress || []),
  }
}

function stateOf(status: string, health: string): ProcessState {
  // A paused one counts as what it was: it is silent, not gone.
  if (status === 'running' || status === 'paused') return health === 'starting' ? 'starting' : 'ready'
  if (status === 'created') return 'starting'
  if (status === 'restarting') return 'restarting'
  return status === 'removing' ? 'stopping' : 'stopped'
}
