import { decideByLoad, type LoadMemory, noLoadYet } from './replicas-by-load.ts'
import { decideByRequests, noRequestsYet, type RequestsMemory } from './replicas-by-requests.ts'
import type { Desired, Sample } from './sample.ts'
import type { Settings } from './settings.ts'

/** What is remembered between two decisions. */
export type Memory = { load: LoadMemory; requests: RequestsMemory }

export type Outcome = { memory: Memory; desired: Desired | undefined }

export const nothingYet: Memory = { load: noLoadYet, requests: noRequestsYet }

/** Decides once a second. Pure: what it returns follows from what it is given. */
export function decide(settings: Settings, memory: Memory, sample: Sample): Outcome {
  const load = decideByLoad(settings, memory.load, sample)
  const requests = decideByRequests(settings, memory.requests, sample)
  const desired = { load: load.desired, requests: requests.desired, off: undefined }[settings.policy]
  return {
    memory: { load: load.memory, requests: requests.memory },
    desired: withinBounds(settings, sample, desired),
  }
}

/** Bounds hold whatever a policy wants, and at once; with the policy off only people change the number. */
function withinBounds({ policy, min, max }: Settings, { replicas }: Sample, desired: Desired | undefined) {
  const wanted = desired?.replicas ?? replicas
  const bounded = policy === 'off' ? wanted : Math.min(Math.max(wanted, min), max)
  if (bounded === replicas) return undefined
  if (desired && bounded === desired.replicas) return desired
  if (bounded === min && wanted < min) return { replicas: min, reason: `There shall be at least ${min}.` }
  return { replicas: bounded, reason: `${desired?.reason ?? ''} There may be at most ${max}.`.trimStart() }
}
