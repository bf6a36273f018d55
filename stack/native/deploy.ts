import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { environment } from '../../src/platform/config.ts'
import { UserError } from '../errors.ts'
import { bunOf } from '../process/program.ts'
import { root } from '../root.ts'
import type { Print } from '../stack.ts'
import type { DeployRequest } from './control.ts'
import type { Pool } from './pool.ts'
import { forgetReleases, takeRelease } from './release.ts'
import { databaseUrl, type ReplicaRole, type Site, type SiteReplica } from './site.ts'

/** A page of each kind of replica that asks the stores for something. */
const pages: Record<ReplicaRole, string> = { web: '/', accounts: '/login', admin: '/admin' }
const probes = 3
const pageWithinMs = 5_000

/**
 * Replaces every replica by one of the code in `from`, run by `bun`, one after another, while visitors are
 * served. A replica goes only when its successor serves. When one does not, those replaced before it are
 * replaced once more, by the code they had, and a UserError says why.
 */
export function deployNatively(pool: Pool, { from, bun }: DeployRequest, print: Print): Promise<void> {
  return pool.exclusively(async () => {
    const { site } = pool.processes
    const release = takeRelease(site.data, from, bun)
    // What both codes live with comes first, what only the new one does last: nobody runs who would miss it.
    await changeSchema(site, release, 'expand', print)
    await roll(pool, release, print).finally(() => forgetReleases(site.data, [root, ...codesOf(site)]))
    await changeSchema(site, release, 'all', print)
  })
}

/** Runs the migrations of the new code by its own program. Throws a UserError with what that said. */
async function changeSchema(
  { secrets, mysqlPort }: Site,
  release: string,
  phase: 'expand' | 'all',
  print: Print,
): Promise<void> {
  const program = join(release, 'stack/database/migrate.ts')
  if (!existsSync(program)) return
  const child = Bun.spawn([bunOf(release), '--no-env-file', program, phase], {
    cwd: release,
    env: { ...environment, DATABASE_ADMIN_URL: databaseUrl('root', secrets.mysqlRoot, mysqlPort) },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), child.exited])
  for (const line of output.split('\n').filter(Boolean)) print(line)
  if (code !== 0) throw new UserError(`The database was not migrated: ${errors.trim()}`)
}

type Swap = { was: SiteReplica; is: SiteReplica; gone: Promise<void> }

async function roll(pool: Pool, release: string, print: Print): Promise<void> {
  const swaps: Swap[] = []
  for (const was of [...pool.processes.site.replicas]) {
    try {
      swaps.push({ was, ...(await pool.swap(was, release, (port) => serves(was.role, port))) })
      print(`${was.name} runs the new code`)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      print(`the new ${was.name} does not serve, going back`)
      for (const swap of swaps.reverse()) await goBack(pool, swap, print)
      throw new UserError(`The deploy was taken back, all replicas run the code they had. ${reason}`)
    }
  }
  await Promise.all(swaps.map(({ gone }) => gone))
}

async function goBack(pool: Pool, { was, is, gone }: Swap, print: Print): Promise<void> {
  try {
    await gone
    await (await pool.swap(is, was.code ?? root, async () => undefined)).gone
    print(`${was.name} runs the old code again`)
  } catch (error) {
    // It stays as it is: it serves, or its successor would not have been asked for.
    print(`${was.name} could not go back: ${error instanceof Error ? error.message : error}`)
  }
}

/** Throws unless a page comes from there, several times in a row. */
async function serves(role: ReplicaRole, port: number): Promise<void> {
  for (let probe = 0; probe < probes; probe++) {
    const response = await fetch(`http://127.0.0.1:${port}${pages[role]}`, {
      headers: { accept: 'text/html' },
      redirect: 'manual',
      signal: AbortSignal.timeout(pageWithinMs),
    })
    await response.body?.cancel()
    if (response.status >= 500) throw new UserError(`It answers ${response.status} to ${pages[role]}.`)
    await sleep(100)
  }
}

const codesOf = ({ replicas }: Site) => replicas.flatMap(({ code }) => code ?? [])
