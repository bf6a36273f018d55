import { type Environment, environment } from '../src/platform/config.ts'
import { dataPaths, readObject, writeWhole } from './data-folder.ts'

/** What a new board began with; `tooLate` says which settings were given later and changed nothing. */
export type Beginning = { adminName: string; isPasswordGiven: boolean; tooLate: string[] }

const settingsOf = (env: Environment) => ({
  adminName: env.ADMIN_NAME || 'admin',
  isPasswordGiven: Boolean(env.ADMIN_PASSWORD),
  sample: env.SAMPLE || 'on',
})

/** Notes what a board begins with. To be called where it is made. */
export function noteBeginning(data: string, env: Environment = environment): void {
  writeWhole(dataPaths(data).beginning, `${JSON.stringify(settingsOf(env))}\n`)
}

/** Returns what was noted; of a board from before anything was, what would be noted now. */
export function beginningOf(data: string, env: Environment = environment): Beginning {
  const now = settingsOf(env)
  const then = notedIn(data) ?? now
  const tooLate = [
    ...(env.SAMPLE && now.sample !== then.sample ? ['SAMPLE'] : []),
    ...(env.ADMIN_NAME && now.adminName !== then.adminName ? ['ADMIN_NAME'] : []),
    ...(env.ADMIN_PASSWORD && !then.isPasswordGiven ? ['ADMIN_PASSWORD'] : []),
  ]
  return { adminName: then.adminName, isPasswordGiven: then.isPasswordGiven, tooLate }
}

/** Undefined where nothing was noted, or it is damaged. */
function notedIn(data: string): ReturnType<typeof settingsOf> | undefined {
  const { adminName, isPasswordGiven, sample } = readObject(dataPaths(data).beginning) ?? {}
  const isWhole =
    typeof adminName === 'string' && typeof isPasswordGiven === 'boolean' && typeof sample === 'string'
  return isWhole ? { adminName, isPasswordGiven, sample } : undefined
}
