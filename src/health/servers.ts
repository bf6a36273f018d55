import type { DatabaseServer } from '../platform/db.ts'
import type { SiteStatus } from './site-status.ts'

/**
 * How several servers with one content are, as most of their group sees it. Returns null of one, which is
 * none of several.
 */
export function healthOf(servers: DatabaseServer[]): SiteStatus['database'] {
  return servers.length === 0 ? null : { state: stateOf(servers), servers }
}

function stateOf(servers: DatabaseServer[]) {
  if (!servers.some(({ role }) => role === 'primary')) return 'stopped'
  if (servers.some(({ role }) => role === 'away')) return 'one away'
  return servers.every(({ group }) => !group || group.online === servers.length) ? 'whole' : 'apart'
}
