import { join } from 'node:path'
import type { MailSettings } from '../mail-settings.ts'
import type { Secrets } from '../secrets.ts'
import type { Programs } from './install-programs.ts'
import type { Users } from './system-users.ts'

export type ReplicaRole = 'web' | 'accounts' | 'admin'

export type SiteReplica = {
  /** Such as `web-2`. */
  name: string
  role: ReplicaRole
  port: number
  /** The folder whose code it runs; the project's own where none is given. */
  code?: string
  /** Its name in HAProxy where that is another: two of one name serve for a moment in a deploy. */
  server?: string
}

export type Site = {
  data: string
  runtime: string
  programs: Programs
  /** As whom its processes run, when not as who started it. */
  users?: Users | undefined
  secrets: Secrets
  /** Where the board is found on this machine. */
  host: string
  port: number
  statsPort: number
  /** Where replicas reach one another through HAProxy. */
  innerPort: number
  mysqlPort: number
  redisPort: number
  batcherPort: number
  scalerPort: number
  courierPort: number
  /** Whether there is a courier, and what it and the replicas are to know. */
  mail: MailSettings
  searchPort: number
  /** How many web replicas there were to be. */
  webReplicas: number
  /** The scaler's policy is on; healing always is. */
  autoscale: boolean
  /** Those there are now. They come and go: only pool.ts changes this list. */
  replicas: SiteReplica[]
  /** Absolute path of the program of the web replicas, where it is not the site's own. */
  webEntry?: string
  /** Something that looks on, or interferes, stands between programs and stores. */
  ways?: Ways
}

/** Ports through which programs reach the stores, where these are not the stores' own. */
export type Ways = Record<'batcher' | 'replicas', { mysql: number; redis: number }>

export const loopback = '127.0.0.1'

/** Which replicas a stack begins with. */
export function replicaNames(web: number): { name: string; role: ReplicaRole }[] {
  const pool = (role: ReplicaRole, count: number) =>
    Array.from({ length: count }, (_, index) => ({ name: `${role}-${index + 1}`, role }))
  return [...pool('web', web), ...pool('accounts', 1), ...pool('admin', 2)]
}

export const haproxySocketPath = (runtime: string) => join(runtime, 'haproxy.sock')
/** Returns the part of the runtime folder that MySQL alone writes into. */
export const mysqlFolder = (runtime: string) => join(runtime, 'mysql')
export const mysqlSocket = (runtime: string) => join(mysqlFolder(runtime), 'mysql.sock')
export const initFile = (runtime: string) => join(runtime, 'init.sql')
export const redisFile = (runtime: string) => join(runtime, 'redis.conf')

/** A MySQL address on this machine. */
export function databaseUrl(account: string, password: string, port: number): string {
  return `mysql://${account}:${password}@${loopback}:${port}`
}

export function redisUrl(secrets: Secrets, port: number): string {
  return `redis://:${secrets.redis}@${loopback}:${port}/0`
}
