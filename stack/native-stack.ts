import { joinReplicas, replicasUp } from './balancer.ts'
import { Child, type ChildPlan } from './children.ts'
import type { Report } from './control.ts'
import { dataPaths, writeState } from './data-folder.ts'
import { logPath } from './log-files.ts'
import { makeMonitoring, writeTargets } from './monitoring.ts'
import { makeMysqlData } from './mysql-data.ts'
import {
  batcherPlan,
  databaseUrl,
  haproxyPlan,
  mysqlPlan,
  redisPlan,
  replicaPlan,
  type Site,
  socketPath,
  stopOrder,
} from './plan.ts'
import { type Identity, identify } from './processes.ts'
import { type Preparation, prepareDatabase } from './setup.ts'

export type Say = (line: string) => void

const balancedWithinMs = 15_000

/** The processes of one site: started each after what it needs, stopped in the reverse order, remembered all along. */
export class NativeStack {
  readonly #children: Child[] = []
  readonly #supervisor = ownIdentity()
  readonly #began = performance.now()
  #isReady = false
  #isStopping = false

  constructor(
    readonly site: Site,
    readonly say: Say,
  ) {
    const { data, statsPort, secrets } = site
    makeMonitoring(data, { statsPort, password: secrets.stats })
    this.#remember()
  }

  get report(): Report {
    return {
      mode: 'native',
      url: `http://127.0.0.1:${this.site.port}`,
      statsUrl: `http://127.0.0.1:${this.site.statsPort}/`,
      processes: this.#children.map(({ status }) => status),
      supervisor: this.#supervisor.pid,
      isReady: this.#isReady,
      isStopping: this.#isStopping,
    }
  }

  /** Resolves when the board is served by every replica. Throws when it was stopped meanwhile. */
  async start(): Promise<void> {
    const { site } = this
    await Promise.all([this.#startMysql(), this.#begin(redisPlan(site))])
    await this.#timed('database prepared', () => prepareDatabase(preparation(site)))
    await this.#begin(batcherPlan(site))
    await Promise.all(site.replicas.map((replica) => this.#begin(replicaPlan(site, replica))))
    await this.#startHaproxy()
    this.#isReady = true
    this.say(`ready after ${seconds(this.#began)}`)
  }

  /** Resolves when no process is left. */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#isReady = false
    const start = performance.now()
    this.say('stopping')
    for (const roles of stopOrder) {
      const next = this.#children.filter(({ plan }) => roles.includes(plan.role))
      await Promise.all(next.map((child) => child.stop()))
    }
    this.say(`stopped in ${seconds(start)}`)
  }

  async #startMysql(): Promise<void> {
    await makeMysqlData(this.site)
    await this.#begin(mysqlPlan(this.site))
  }

  async #startHaproxy(): Promise<void> {
    const { runtime, replicas } = this.site
    const joined = () => joinReplicas(socketPath(runtime), replicas).then(() => true)
    await this.#begin(haproxyPlan(this.site, joined))
    const allUp = () => replicasUp(socketPath(runtime), replicas, balancedWithinMs)
    await this.#timed('every replica reached', allUp)
  }

  async #begin(plan: ChildPlan): Promise<void> {
    if (this.#isStopping) throw new Error('told to stop')
    const logFile = logPath(dataPaths(this.site.data).logs, plan.name)
    const child = new Child(plan, { logFile, say: this.say, changed: () => this.#remember() })
    this.#children.push(child)
    await this.#timed(`${plan.name} ready`, () => child.start())
  }

  async #timed(what: string, work: () => Promise<unknown>): Promise<void> {
    const start = performance.now()
    await work()
    this.say(`${what} in ${seconds(start)}`)
  }

  #remember(): void {
    const { data, port, statsPort, mysqlPort, runtime } = this.site
    const processes = this.#children.flatMap(({ plan: { name, role }, identity }) =>
      identity ? [{ name, role, ...identity }] : [],
    )
    const native = { supervisor: this.#supervisor, runtime, statsPort, mysqlPort, processes }
    writeState(data, { mode: 'native', port, native })
    writeTargets(
      data,
      this.#children.map(({ status }) => status),
    )
  }
}

function preparation({ secrets, mysqlPort }: Site): Preparation {
  return {
    adminUrl: databaseUrl('root', secrets.mysqlRoot, mysqlPort),
    passwords: secrets,
    sample: true,
    adminName: 'admin',
    adminPassword: secrets.demoAdmin,
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
