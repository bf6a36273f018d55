import type { Health } from '../../src/health/site-status.ts'
import type { ProcessRole, ProcessState } from '../status.ts'

/**
 * Who is replaced, decided once a second from what each process answered. Pure. The rules against shooting
 * the wrong one:
 *
 * - Nobody is replaced for one answer that did not come, only for several in a row, and the harder a process
 *   is to replace the more. MySQL has a minute, and all the time it wants while it starts: it may be
 *   recovering.
 * - A silent process counts only while others answer, and only when this process had its turns in time: where
 *   everything is slow the machine is full, and killing would make it fuller.
 * - Of a pool that still answers one replica is replaced at a time.
 * - Who was replaced is left alone for 10 s, then 20, 40 and so on: a fault that comes back is said, not
 *   chased.
 */
export type Target = {
  name: string
  role: ProcessRole
  state: ProcessState
  health: Health
  memoryMb: number | undefined
}

type ProbeHistory = {
  silent: number
  broken: number
  draining: number
  large: number
  /** When it was replaced, in the last ten minutes. */
  replacedAtMs: number[]
}
export type ProbeHistories = Record<string, ProbeHistory>

export type Action = {
  name: string
  /** It works still, so it may end what it does. */
  isGentle: boolean
  reason: string
}

export type CheckContext = {
  atMs: number
  /** This process itself was late: what it saw is not to be trusted. */
  isLate: boolean
  replicaMaxMb: number
  /** How many ticks in a row a replica may drain. */
  drainingTicks: number
}

type Pooled = Extract<ProcessRole, 'web' | 'accounts' | 'admin'>

const patience: Record<Exclude<ProcessRole, 'scaler'>, { ready: number; starting: number }> = {
  web: { ready: 5, starting: 40 },
  accounts: { ready: 5, starting: 40 },
  admin: { ready: 5, starting: 40 },
  haproxy: { ready: 5, starting: 60 },
  redis: { ready: 8, starting: 60 },
  batcher: { ready: 8, starting: 120 },
  courier: { ready: 8, starting: 60 },
  search: { ready: 8, starting: 60 },
  mysql: { ready: 60, starting: Number.POSITIVE_INFINITY },
}
/** Containers that ended are started by Docker itself, unless somebody killed them by hand. */
const stoppedPatience = 3
const brokenPatience = 3
const largePatience = 5
const rememberedMs = 600_000
const firstPauseMs = 10_000
const longestPauseMs = 300_000
const settlingMs = 15_000

const healthy: ProbeHistory = { silent: 0, broken: 0, draining: 0, large: 0, replacedAtMs: [] }

export function evaluate(
  histories: ProbeHistories,
  targets: Target[],
  context: CheckContext,
): { histories: ProbeHistories; actions: Action[] } {
  const seen = Object.fromEntries(
    targets.map((target) => [
      target.name,
      observe(histories[target.name] ?? healthy, target, targets, context),
    ]),
  )
  const actions: Action[] = []
  for (const target of targets) {
    const found = seen[target.name] ?? healthy
    const action = actionFor(target, found, context)
    if (!action || isTooSoon(found, context) || waitsForOthers(target, targets, seen, actions, context))
      continue
    actions.push({ ...action, reason: withHistory(action.reason, found) })
    seen[target.name] = { ...healthy, replacedAtMs: [...found.replacedAtMs, context.atMs] }
  }
  return { histories: seen, actions }
}

/** The third time in ten minutes is no accident. */
export const isLoop = ({ reason }: Action) => reason.includes(' times in ten minutes')

function observe(
  before: ProbeHistory,
  target: Target,
  all: Target[],
  { atMs, isLate, replicaMaxMb }: CheckContext,
): ProbeHistory {
  const replacedAtMs = before.replacedAtMs.filter((each) => atMs - each < rememberedMs)
  if (target.state === 'stopping' || target.state === 'restarting') return { ...healthy, replacedAtMs }
  const othersAnswer = all.some(({ name, health }) => name !== target.name && health === 'well')
  const next = (count: number, isSo: boolean) => (isSo ? count + 1 : 0)
  const { health, memoryMb } = target
  return {
    // What cannot be judged now leaves the count as it is.
    silent:
      health === 'silent' && (isLate || !othersAnswer)
        ? before.silent
        : next(before.silent, health === 'silent'),
    broken: next(before.broken, health === 'broken'),
    draining: next(before.draining, health === 'draining'),
    large:
      memoryMb === undefined
        ? before.large
        : next(before.large, isReplica(target) && memoryMb > replicaMaxMb),
    replacedAtMs,
  }
}

function actionFor(
  target: Target,
  found: ProbeHistory,
  { replicaMaxMb, drainingTicks }: CheckContext,
): Action | undefined {
  const { name, role, state, memoryMb } = target
  if (role === 'scaler') return undefined
  const allowed =
    state === 'stopped' ? stoppedPatience : state === 'ready' ? patience[role].ready : patience[role].starting
  const kill = (reason: string) => ({ name, isGentle: false, reason })
  if (found.silent >= allowed) return kill(`${name} did not answer ${found.silent} times in a row.`)
  if (found.broken >= brokenPatience) return kill(`${name} answers nothing but errors.`)
  if (found.draining >= drainingTicks) return kill(`${name} does not come to an end.`)
  if (found.large >= largePatience) {
    return { name, isGentle: true, reason: `${name} takes ${memoryMb} MB, more than ${replicaMaxMb}.` }
  }
  return undefined
}

function isTooSoon({ replacedAtMs }: ProbeHistory, { atMs }: CheckContext): boolean {
  const last = replacedAtMs.at(-1)
  if (last === undefined) return false
  return atMs - last < Math.min(firstPauseMs * 2 ** (replacedAtMs.length - 1), longestPauseMs)
}

/** True while the pool serves and another one of it is being replaced. */
function waitsForOthers(
  { name, role }: Target,
  all: Target[],
  histories: ProbeHistories,
  actions: Action[],
  { atMs }: CheckContext,
): boolean {
  if (!isPooled(role)) return false
  const others = all.filter((each) => each.role === role && each.name !== name)
  if (!others.some(({ health, state }) => health === 'well' && state === 'ready')) return false
  return others.some(
    (other) =>
      actions.some((action) => action.name === other.name) ||
      (atMs - (histories[other.name]?.replacedAtMs.at(-1) ?? Number.NEGATIVE_INFINITY) < settlingMs &&
        other.health !== 'well'),
  )
}

const isPooled = (role: ProcessRole): role is Pooled =>
  role === 'web' || role === 'accounts' || role === 'admin'
const isReplica = ({ role }: Target) => isPooled(role)

function withHistory(reason: string, { replacedAtMs }: ProbeHistory): string {
  const times = replacedAtMs.length + 1
  return times < 3 ? reason : `${reason} It was replaced ${times} times in ten minutes.`
}
