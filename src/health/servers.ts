import type { DatabaseServer } from '../platform/db.ts'

export type Servers = {
  /**
   * `whole`: any one may be lost. `stopped`: none takes changes. `apart`: they are all there, and do not see
   * each other yet.
   */
  state: 'whole' | 'one away' | 'apart' | 'stopped'
  away: string[]
}

/** How several servers with one content are, as most of their group sees it. */
export function healthOf(servers: DatabaseServer[]): Servers {
  const away = servers.filter(({ role }) => role === 'away').map(({ host }) => host)
  if (!servers.some(({ role }) => role === 'primary')) return { state: 'stopped', away }
  if (away.length > 0) return { state: 'one away', away }
  const isSeenWhole = servers.every(({ group }) => !group || group.online === servers.length)
  return { state: isSeenWhole ? 'whole' : 'apart', away }
}
