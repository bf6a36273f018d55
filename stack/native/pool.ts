import { UserError } from '../errors.ts'
import type { Child, ChildPlan, Pace } from '../process/child.ts'
import { freePort } from '../process/free-port.ts'
import { joinReplicas, leaveBalancer, replicasUp } from './balancer.ts'
import { replicaPlan } from './plans/replica.ts'
import { haproxySocketPath, type Site, type SiteReplica } from './site.ts'

/** A standby has another process's name, and takes its place when it is promoted. */
export type RegisterOptions = { isStandby?: boolean; pace?: Pace }

/** Who owns the processes of a site. */
export type Processes = {
  site: Site
  /** Makes a process that is not started yet. A standby is remembered but not shown. */
  register(plan: ChildPlan, options?: RegisterOptions): Child
  childOf(name: string): Child | undefined
  /** From now on `standby` is the process of its name, and the one before it is a standby. */
  promote(standby: Child, before: Child | undefined): void
  remove(child: Child): void
}

const reachedWithinMs = 15_000
/** A new replica that dies twice is no good. */
const newReplicaPace: Pace = { firstDelayMs: 100, longestDelayMs: 1_000, healthyMs: 30_000, hopelessAfter: 2 }

/**
 * The replicas of a native stack as a number that changes. All changes happen one after another, and each
 * leaves every visitor with an answer: a replica is joined when it is ready and leaves HAProxy before it is
 * stopped.
 */
export class Pool {
  #last: Promise<unknown> = Promise.resolve()

  constructor(readonly processes: Processes) {}

  /** How many web replicas there are. */
  get size(): number {
    return this.#web().length
  }

  /**
   * Brings the number of web replicas to `count`: the newest go first. Throws when a new one does not come
   * up.
   */
  scaleTo(count: number): Promise<void> {
    return this.exclusively(async () => {
      const surplus = this.#web().slice(count)
      const missing = Math.max(0, count - this.size)
      await Promise.all(surplus.map((replica) => this.#remove(replica)))
      await this.#add(missing)
    })
  }

  /** Runs one change when the one before it is over. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const change = this.#last.then(work, work)
    this.#last = change.catch(() => undefined)
    return change
  }

  /**
   * Puts in a replica's place one that runs the code in another folder. Resolves when that one serves; the
   * one before it ends meanwhile, which `gone` waits for. To be called in turn.
   */
  async swap(
    replica: SiteReplica,
    code: string,
    isGood: (port: number) => Promise<void>,
  ): Promise<{ is: SiteReplica; gone: Promise<void> }> {
    const { site } = this.processes
    const before = this.processes.childOf(replica.name)
    const port = await freePort()
    const next: SiteReplica = { ...replica, port, code, server: `${replica.name}.${port}` }
    const child = this.processes.register(replicaPlan(site, next), { isStandby: true, pace: newReplicaPace })
    try {
      await child.start()
      await isGood(port)
      site.replicas.splice(site.replicas.indexOf(replica), 1, next)
      await this.#join([next])
    } catch (error) {
      const at = site.replicas.indexOf(next)
      if (at >= 0) site.replicas.splice(at, 1, replica)
      await leaveBalancer(haproxySocketPath(site.runtime), next, () => child.stop())
      this.processes.remove(child)
      throw error
    }
    this.processes.promote(child, before)
    const gone = leaveBalancer(haproxySocketPath(site.runtime), replica, async () => before?.stop()).then(
      () => {
        if (before) this.processes.remove(before)
      },
    )
    // Whoever waits for it hears of a failure.
    gone.catch(() => undefined)
    return { is: next, gone }
  }

  #web(): SiteReplica[] {
    return this.processes.site.replicas
      .filter(({ role }) => role === 'web')
      .sort((a, b) => numberOf(a) - numberOf(b))
  }

  async #add(count: number): Promise<void> {
    if (count === 0) return
    const newest = this.#web().at(-1)
    const first = (newest ? numberOf(newest) : 0) + 1
    const begin = async (_: unknown, index: number) => {
      const replica: SiteReplica = { name: `web-${first + index}`, role: 'web', port: await freePort() }
      await this.#begin({ ...replica, ...(newest?.code && { code: newest.code }) })
    }
    const started = await Promise.allSettled(Array.from({ length: count }, begin))
    const failed = started.find((each) => each.status === 'rejected')
    if (failed) throw failed.reason
  }

  async #begin(replica: SiteReplica): Promise<void> {
    const { site } = this.processes
    const child = this.processes.register(replicaPlan(site, replica), { pace: newReplicaPace })
    try {
      await child.start()
      site.replicas.push(replica)
      await this.#join([replica])
    } catch (error) {
      const at = site.replicas.indexOf(replica)
      if (at >= 0) site.replicas.splice(at, 1)
      await leaveBalancer(haproxySocketPath(site.runtime), replica, () => child.stop())
      this.processes.remove(child)
      throw error
    }
  }

  async #join(replicas: SiteReplica[]): Promise<void> {
    const socket = haproxySocketPath(this.processes.site.runtime)
    await joinReplicas(socket, replicas)
    await replicasUp(socket, replicas, reachedWithinMs)
  }

  async #remove(replica: SiteReplica): Promise<void> {
    const { site } = this.processes
    const child = this.processes.childOf(replica.name)
    if (!child) throw new UserError(`there is no process ${replica.name}`)
    site.replicas.splice(site.replicas.indexOf(replica), 1)
    await leaveBalancer(haproxySocketPath(site.runtime), replica, () => child.stop())
    this.processes.remove(child)
  }
}

const numberOf = ({ name }: SiteReplica) => Number(name.match(/\d+$/)?.[0] ?? 0)
