import { UserError } from '../errors.ts'
import { printLogs } from '../process/print-logs.ts'
import { compose, inheritStdio, projectOf } from './engine.ts'
import { dockerStatus } from './status.ts'

/**
 * Prints what the containers wrote: all of one, or the last lines of each. With `follow` goes on until
 * interrupted.
 */
export async function dockerLogs(
  data: string,
  { process: name, follow }: { process: string | undefined; follow: boolean },
): Promise<number> {
  // The one that is no container.
  if (name === 'scaler') return printLogs(data, name, follow)
  const { processes } = await dockerStatus(data)
  const named = processes.find((each) => each.name === name)
  if (name !== undefined && !named?.id) {
    const names = processes.map((each) => each.name).join(', ')
    throw new UserError(
      `There is no log of "${name}". ${names ? `These have: ${names}` : 'Nothing runs here'}.`,
    )
  }
  const followed = follow ? ['--follow'] : []
  if (named?.id) return inheritStdio(['docker', 'logs', ...followed, named.id])
  return inheritStdio(compose(projectOf(data)).command(['logs', '--tail', '100', ...followed]))
}
