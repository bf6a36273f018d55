import { join } from 'node:path'

/** The folder of this code: the repository, or a release taken from it. */
export const root = join(import.meta.dir, '..')
