import { existsSync } from 'node:fs'
import { draining, environment } from '../../src/platform/config.ts'
import { noteBeginning } from '../beginning.ts'
import { dataPaths, stateText } from '../data-folder.ts'
import type { Preparation } from '../database/config.ts'
import { firstStart, givenLaws } from '../database/config.ts'
import { prepareDatabase } from '../database/prepare.ts'
import { boardUrl, publishedNatively } from '../edge-settings.ts'
import { UserError } from '../errors.ts'
import { settingsNow } from '../not-applied.ts'
import { Child, type ChildPlan } from '../process/child.ts'
import { type Identity, identify } from '../process/identity.ts'
import { logPath, turnLogs } from '../process/log-files.ts'
import { type FileTexts, mendFiles } from '../process/mend-files.ts'
import { secretsText } from '../secrets.ts'
import type { Print } from '../stack.ts'
import { endStreams, joinReplicas, replicasUp } from './balancer.ts'
import type { DeployRequest, Report } from './control.ts'
import { deployNatively } from './deploy.ts'
import { monitoringFiles } from './monitoring-files.ts'
import { marksOf } from './orphans.ts'
import { batcherPlan } from './plans/batcher.ts'
import { courierPlan } from './plans/courier.ts'
import { haproxyPlan } from './plans/haproxy.ts'
import { makeMysqlData, mysqlPlan } from './plans/mysql.ts'
import { redisPlan } from './plans/redis.ts'
import { replicaPlan } from './plans/replica.ts'
import { scalerPlan } from './plans/scaler.ts'
import { searchPlan } from './plans/search.ts'
import { Pool, type RegisterOptions } from './pool.ts'
import { mendRuntime } from './runtime-folder.ts'
import { databaseUrl, haproxySocketPath, type Site } from './site.ts'
import { stopOrder } from './stop-order.ts'

const balancedWithinMs = 15_000
const lettingEndAfterMs = 1_500

/** Returns what is said to who waits for a stop. */
export const lettingEnd = (graceSeconds: number) =>
  `whoever is sending something or being answered may end that, for up to ${graceSeconds} s; told again to stop, it ends at once`

/**
 * The processes of one site: started each after what it needs, stopped in the reverse order, remembered all
 * along.
 */
export class RunningStack {
  readonly #children: Child[] = []
  /** Those that wait to take the place of a process of the same name, and those that gave theirs up. */
  readonly #standbys = new Set<Child>()
  readonly #pool: Pool
  readonly #supervisor = ownIdentity()
  readonly #began = performance.now()
  #isReady = false
  #minReplicas: number | null = null
  #isStopping = false
  #isHurried = false
  #problem = ''

  constructor(
    readonly site: Site,
    readonly print: Print,
  ) {
    this.#pool = new Pool({
      site,
      register: (plan, options) => this.#register(plan, options),
      childOf: (name) => this.#childOf(name),
      promote: (standby, before) => this.#promote(standby, before),
      remove: (child) => this.#remove(child),
    })
    this.mend()
  }

  get report(): Report {
    return {
      mode: 'native',
      url: boardUrl(this.site.port),
      statsUrl: `http://127.0.0.1:${this.site.statsPort}/`,
      processes: this.#shown().map(({ status }) => status),
      supervisor: this.#supervisor.pid,
      isReady: this.#isReady,
      isStopping: this.#isStopping,
      graceSeconds: draining().graceSeconds,
      minReplicas: this.#minReplicas,
      applied: {
        ...{ port: this.site.port, replicas: this.site.webReplicas, autoscale: this.site.autoscale },
        settings: settingsNow(),
      },
    }
  }

  /** Resolves when the board is served by every replica. Throws when it was stopped meanwhile. */
  async start(): Promise<void> {
    const { site } = this
    await Promise.all([this.#startMysql(), this.#begin(redisPlan(site))])
    await this.#timed('database prepared', async () => {
      const { admin } = await prepareDatabase(preparation(site))
      if (admin) noteBeginning(site.data)
    })
    await this.#begin(batcherPlan(site))
    const replicas = site.replicas.map((replica) => replicaPlan(site, replica))
    const ours = [...replicas, searchPlan(site), courierPlan(site)]
    await Promise.all(ours.map((plan) => this.#begin(plan)))
    await this.#startHaproxy()
    await this.#begin(scalerPlan(site))
    this.#isReady = true
    this.print(`ready after ${seconds(this.#began)}`)
  }

  /** Brings the web replicas to a number; by hand it is from now on the least there are. */
  async scale(replicas: number, isByHand: boolean): Promise<void> {
    this.#needReady()
    if (isByHand) this.#minReplicas = replicas
    this.print(`${this.#pool.size} web replicas shall be ${replicas}`)
    await this.#pool.scaleTo(replicas)
  }

  /** Replaces all replicas by ones of other code. */
  async deploy(request: DeployRequest, print: Print): Promise<void> {
    this.#needReady()
    await deployNatively(this.#pool, request, (line) => {
      this.print(line)
      print(line)
    })
  }

  /** Ends a process, so that it is started again on its port. */
  replace(name: string, isGentle: boolean): void {
    const child = this.#childOf(name)
    if (!child) throw new UserError(`There is no process ${name}.`)
    this.print(`${name} is replaced`)
    child.end(isGentle ? 'SIGTERM' : 'SIGKILL')
  }

  async answers(name: string): Promise<boolean> {
    return (
      (await this.#childOf(name)
        ?.plan.isReady()
        .catch(() => false)) ?? false
    )
  }

  /**
   * Writes anew what is gone or damaged of the files that this and a later start need, and those that others
   * read. To be called whenever one may have changed. What can't be written is said once and tried again at
   * the next call.
   */
  mend(): void {
    const failures = [...mendRuntime(this.site), ...mendFiles(this.#files())]
    const problem = failures.join('; ')
    if (problem !== this.#problem) {
      this.print(problem ? `what is kept could not be written: ${problem}` : 'what is kept is written again')
    }
    this.#problem = problem
  }

  /**
   * HAProxy learns of replicas over its socket. One whose socket is gone is started again, as it makes
   * another.
   */
  mendHaproxy(): void {
    const haproxy = this.#childOf('haproxy')
    if (haproxy?.status.state !== 'ready' || existsSync(haproxySocketPath(this.site.runtime))) return
    this.print('the socket of haproxy is gone')
    haproxy.end('SIGTERM')
  }

  /** Bounds what processes have written. Never throws. */
  turnLogs(): void {
    for (const child of this.#children) child.appendAgain()
    turnLogs(dataPaths(this.site.data).logs)
  }

  /**
   * Resolves when no process is left. Whoever is sending or being answered may end that first, for
   * GRACE_SECONDS.
   */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#isReady = false
    const start = performance.now()
    this.print('stopping')
    for (const roles of stopOrder) {
      const next = this.#children.filter(({ plan }) => roles.includes(plan.role))
      if (roles.includes('haproxy')) await this.#stopHaproxy(next)
      else await Promise.all(next.map((child) => child.stop()))
    }
    this.print(`stopped in ${seconds(start)}`)
  }

  /** While it stops: nobody is waited for any more. */
  hurry(): void {
    this.#isHurried = true
    for (const child of this.#children)
      if (child.plan.role === 'haproxy' && child.status.state === 'stopping') child.end('SIGTERM')
  }

  async #stopHaproxy(running: Child[]): Promise<void> {
    const { runtime, replicas } = this.site
    if (running.length > 0) await endStreams(haproxySocketPath(runtime), replicas)
    const stopped = running.map((child) => child.stop())
    if (this.#isHurried) this.hurry()
    const late = setTimeout(() => this.print(lettingEnd(draining().graceSeconds)), lettingEndAfterMs)
    await Promise.all(stopped).finally(() => clearTimeout(late))
  }

  async #startMysql(): Promise<void> {
    await makeMysqlData(this.site)
    await this.#begin(mysqlPlan(this.site))
  }

  async #startHaproxy(): Promise<void> {
    const { runtime, replicas } = this.site
    const registered = () => joinReplicas(haproxySocketPath(runtime), replicas).then(() => true)
    await this.#begin(haproxyPlan(this.site, registered))
    const allUp = () => replicasUp(haproxySocketPath(runtime), replicas, balancedWithinMs)
    await this.#timed('every replica reached', allUp)
  }

  async #begin(plan: ChildPlan): Promise<void> {
    const child = this.#register(plan)
    await this.#timed(`${plan.name} ready`, () => child.start())
  }

  #register(plan: ChildPlan, { isStandby = false, pace }: RegisterOptions = {}): Child {
    if (this.#isStopping) throw new UserError('Agora was told to stop.')
    const logFile = logPath(dataPaths(this.site.data).logs, plan.name)
    const mend = () => this.mend()
    const hooks = { logFile, print: this.print, prepare: mend, changed: mend, ...(pace && { pace }) }
    const env = { ...plan.env, ...marksOf(this.site, plan.name) }
    const child = new Child({ ...plan, env }, hooks)
    if (isStandby) this.#standbys.add(child)
    this.#children.push(child)
    return child
  }

  #promote(standby: Child, before: Child | undefined): void {
    this.#standbys.delete(standby)
    if (before) this.#standbys.add(before)
    this.mend()
  }

  #remove(child: Child): void {
    this.#standbys.delete(child)
    this.#children.splice(this.#children.indexOf(child), 1)
    this.mend()
  }

  #shown(): Child[] {
    return this.#children.filter((child) => !this.#standbys.has(child))
  }

  #childOf(name: string): Child | undefined {
    return this.#shown().find(({ plan }) => plan.name === name)
  }

  #needReady(): void {
    if (!this.#isReady) throw new UserError('Agora is being started or stopped at this moment: try again.')
  }

  async #timed(what: string, work: () => Promise<unknown>): Promise<void> {
    const start = performance.now()
    await work()
    this.print(`${what} in ${seconds(start)}`)
  }

  #files(): FileTexts {
    const { data, port, statsPort, mysqlPort, runtime, secrets } = this.site
    const paths = dataPaths(data)
    const processes = this.#children.flatMap(({ plan: { name, role }, identity }) =>
      identity ? [{ name, role, ...identity }] : [],
    )
    const native = { supervisor: this.#supervisor, runtime, statsPort, mysqlPort, processes }
    return {
      [paths.state]: stateText({ mode: 'native', port, native }),
      [paths.secrets]: secretsText(secrets),
      ...monitoringFiles(
        data,
        { statsPort, password: secrets.stats },
        this.#children.map(({ status }) => status),
      ),
    }
  }
}

function preparation({ secrets, mysqlPort }: Site): Preparation {
  const first = firstStart(environment, 'on')
  return {
    adminUrl: databaseUrl('root', secrets.mysqlRoot, mysqlPort),
    passwords: secrets,
    ...first,
    adminPassword: first.adminPassword ?? secrets.demoAdmin,
    laws: givenLaws({ ...environment, PUBLISHED: publishedNatively() }),
  }
}

function ownIdentity(): Identity {
  const identity = identify(process.pid)
  if (!identity) throw new Error('this process does not find itself')
  return identity
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1_000).toFixed(1)} s`
}
