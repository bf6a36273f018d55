import { readFileSync, writeFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'

const sessionWeight = '/proc/self/autogroup'

/**
 * Lets other processes go first where processors are short, by a nice value from 0 to 19. Where Linux has
 * autogroups, it counts among the processes of one session only, and the sessions have values of their own
 * (sched(7)); so a process that leads a session gives its session the value, too.
 */
export function lowerPriority(niceness: number): void {
  setPriority(Math.max(getPriority(), niceness))
  if (!leadsSession()) return
  try {
    writeFileSync(sessionWeight, String(niceness), { flag: 'r+' })
  } catch {
    // There are no autogroups, or somebody else decides.
  }
}

/** By the sixth field of proc_pid_stat(5), which follows the name in parentheses. */
function leadsSession(): boolean {
  const stat = readFileSync('/proc/self/stat', 'utf8')
  const session = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]
  return session === String(process.pid)
}
