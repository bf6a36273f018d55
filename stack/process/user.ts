import { which } from './which.ts'

/** A user of this system's. */
export type User = { name: string; uid: number; gid: number }

/** The command that runs another one as a user, in the same process and with no way back. */
export function asUser(user: User | undefined, command: [string, ...string[]]): [string, ...string[]] {
  if (!user) return command
  const { uid, gid } = user
  const into = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--no-new-privs', '--inh-caps=-all']
  return [which('setpriv') ?? 'setpriv', ...into, '--', ...command]
}
