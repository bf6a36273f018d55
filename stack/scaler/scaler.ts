import type { Decision, Health, Heartbeat, SiteState } from '../../src/health/site-status.ts'
import type { Log } from '../../src/platform/log.ts'
import { recordIn, standingOf } from '../backup/record.ts'
import { decide, type Memory, nothingYet } from './chosen-policy.ts'
import type { Driver, ListedProcess, Listing } from './driver.ts'
import { type Action, evaluate, isLoop, type ProbeHistories } from './replace-policy.ts'
import { loadOf } from './replicas-by-load.ts'
import type { Desired, Sample } from './sample.ts'
import { askOperators, type Figures, readFigures, type Served } from './sampler.ts'
import type { ScalerStart, Settings } from './settings.ts'

const shownDecisions = 20

/**
 * Probes the site once a second, and does what the two policies decide: how many replicas, and which are
 * replaced.
 */
export class Scaler {
  #memory: Memory = nothingYet
  #histories: ProbeHistories = {}
  #decisions: Decision[] = []
  readonly #decided: Record<Decision['kind'], number> = { scaled: 0, replaced: 0, failed: 0, kept: 0 }
  /** A change of the number is under way: the policy waits for its end, replacements do not. */
  #change: Promise<void> | undefined
  #retryAtMs = 0
  #state: SiteState | undefined

  constructor(
    readonly start: ScalerStart,
    readonly settings: Settings,
    readonly driver: Driver,
    readonly log: Log,
  ) {}

  /** What it published last. */
  get state(): SiteState | undefined {
    return this.#state
  }

  /** How many decisions of each kind there were. */
  get decided(): Readonly<Record<Decision['kind'], number>> {
    return this.#decided
  }

  /** Probes, decides and publishes once. `isLate`: this process did not get its turns in time. */
  async tick(atMs: number, isLate: boolean): Promise<void> {
    const listing = await this.driver.list()
    if (!listing) return
    const figures = await readFigures(listing.operators)
    const health = await this.driver.probe(listing.processes, figures)
    const seen = listing.processes.map((each) => see(each, health.get(each.name) ?? 'unknown', figures))

    this.#heal(seen, atMs, isLate)
    const settings = boundedBy(this.settings, listing)
    const sample = sampleOf(seen, figures, atMs)
    this.log.debug('sample', sample)
    const { memory, desired } = decide(settings, this.#memory, sample)
    this.#memory = memory
    if (desired && !this.#change && atMs >= this.#retryAtMs) this.#follow(desired, sample.replicas, atMs)

    this.#state = this.#describe(settings, sample, seen)
    await publish(listing, this.#state).catch(() => undefined)
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    await this.#change
  }

  #heal(seen: Seen[], atMs: number, isLate: boolean): void {
    const targets = seen.map(({ listed: { name, role, state }, health, heartbeat }) => ({
      ...{ name, role, state, health, memoryMb: heartbeat?.memoryMb },
    }))
    const { replicaMaxMb, drainingTicks } = this.settings
    const { histories, actions } = evaluate(this.#histories, targets, {
      atMs,
      isLate,
      replicaMaxMb,
      drainingTicks,
    })
    this.#histories = histories
    for (const action of actions) void this.#act(action, seen)
  }

  async #act(action: Action, seen: Seen[]): Promise<void> {
    const listed = seen.find((each) => each.listed.name === action.name)?.listed
    if (!listed) return
    if (isLoop(action)) this.log.error('replaced again and again', { process: action.name })
    this.#note('replaced', action.name, action.reason)
    try {
      await this.driver.replace(listed, action.isGentle)
    } catch (error) {
      this.#note('failed', `${action.name} was not replaced`, reasonOf(error))
    }
  }

  #follow({ replicas, reason }: Desired, before: number, atMs: number): void {
    const what = `web ${before} -> ${replicas}`
    this.#note('scaled', what, reason)
    this.#change = this.driver
      .scaleTo(replicas)
      .catch((error) => {
        this.#retryAtMs = atMs + 30_000
        this.#note('failed', what, reasonOf(error))
      })
      .finally(() => {
        this.#change = undefined
      })
  }

  #note(kind: Decision['kind'], what: string, reason: string): void {
    this.log[kind === 'failed' ? 'error' : kind === 'replaced' ? 'warn' : 'info'](what, { reason })
    this.#decided[kind]++
    const decision = { at: new Date().toISOString(), kind, what, reason }
    this.#decisions = [decision, ...this.#decisions].slice(0, shownDecisions)
  }

  #describe(settings: Settings, sample: Sample, seen: Seen[]): SiteState {
    return {
      at: new Date().toISOString(),
      mode: this.start.mode,
      scaling: {
        policy: settings.policy,
        min: settings.min,
        max: settings.max,
        replicas: sample.replicas,
        load: loadOf(sample) ?? null,
        requestsInWindow: settings.policy === 'requests' ? this.#memory.requests.inWindow : null,
      },
      processes: seen.map(processState),
      counted: sample.counted ?? null,
      backups: standingOf(recordIn(this.start.data)),
      decisions: this.#decisions,
    }
  }
}

type Seen = { listed: ListedProcess; health: Health; served: Served[]; heartbeat: Heartbeat | undefined }

/** A web replica stands in two of HAProxy's backends. */
function see(listed: ListedProcess, health: Health, { servers = [], heartbeats = [] }: Figures): Seen {
  return {
    listed,
    health,
    served: servers.filter(({ address }) => listed.addresses?.includes(address)),
    heartbeat: heartbeats.find(({ name }) => name === listed.heartbeatName),
  }
}

/**
 * Returns the settings with the number asked for by hand as the least; whoever asks for more than the most
 * means it.
 */
function boundedBy(settings: Settings, { minReplicas }: Listing): Settings {
  if (minReplicas === null) return settings
  return { ...settings, min: minReplicas, max: Math.max(settings.max, minReplicas) }
}

function sampleOf(seen: Seen[], { servers, counted }: Figures, atMs: number): Sample {
  const web = seen.filter(({ listed }) => listed.role === 'web')
  const heartbeats = web.flatMap(({ heartbeat }) => heartbeat ?? [])
  const served = web.flatMap((each) => each.served)
  return {
    atMs,
    replicas: web.filter(({ listed }) => listed.state !== 'stopping').length,
    ready: web.filter(({ listed, health }) => listed.state === 'ready' && health === 'well').length,
    counted,
    inFlight: servers && sum(served.map(({ inFlight }) => inFlight)),
    responseMs: servers && Math.max(0, ...served.map(({ responseMs }) => responseMs)),
    loopDelayMs: average(heartbeats.map(({ loopDelayMs }) => loopDelayMs)),
    busy: average(heartbeats.map(({ busy }) => busy)),
  }
}

function processState({ listed: { name, role, state, port }, health, served, heartbeat }: Seen) {
  const isServed = served.length > 0
  return {
    ...{ name, role, state, port, health },
    requestsPerSecond: isServed ? sum(served.map((each) => each.requestsPerSecond)) : null,
    inFlight: isServed ? sum(served.map((each) => each.inFlight)) : null,
    responseMs: isServed ? Math.max(...served.map((each) => each.responseMs)) : null,
    loopDelayMs: heartbeat?.loopDelayMs ?? null,
    busy: heartbeat?.busy ?? null,
    memoryMb: heartbeat?.memoryMb ?? null,
  }
}

/**
 * By way of HAProxy to any web replica, which keeps it in Redis for all: so the scaler needs no account of a
 * store.
 */
async function publish({ operators }: Listing, state: SiteState): Promise<void> {
  await askOperators(operators, 'inner/status', { method: 'PUT', body: JSON.stringify(state) })
}

const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0)
const average = (numbers: number[]) => (numbers.length === 0 ? undefined : sum(numbers) / numbers.length)
const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
