import { readFileSync, writeFileSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'

const sessionWeight = '/proc/self/autogroup'
const { PRIORITY_BELOW_NORMAL } = constants.priority

/**
 * Lets other processes go first where processors are short. Where Linux has autogroups, a nice value counts
 * among the processes of one session only, and the sessions have values of their own (sched(7)); so a
 * process that leads a session gives its session the value, too.
 */
export function lowerPriority(): void {
  setPriority(Math.max(getPriority(), PRIORITY_BELOW_NORMAL))
  if (!leadsSession()) return
  try {
    writeFileSync(sessionWeight, String(PRIORITY_BELOW_NORMAL), { flag: 'r+' })
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
