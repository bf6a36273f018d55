/** What was seen of the web replicas at one moment. What could not be learnt is undefined. */
export type Sample = {
  /** Any clock that only goes forward, in milliseconds. */
  atMs: number
  /** Web replicas there are, and how many of them serve. */
  replicas: number
  ready: number
  /** Requests that HAProxy has counted since its start. */
  counted: number | undefined
  /** Requests the replicas work on, with those that wait for them. */
  inFlight: number | undefined
  /** Average time to an answer. */
  responseMs: number | undefined
  /** Averages over the replicas. */
  loopDelayMs: number | undefined
  busy: number | undefined
}

/** How many replicas there should be from now on, and why, in a sentence. */
export type Desired = { replicas: number; reason: string }
