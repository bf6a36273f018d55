import { setTimeout as sleep } from 'node:timers/promises'
import type { UpOptions } from '../cli/arguments.ts'
import { welcomeText } from '../cli/welcome.ts'
import { deleteDataFolder } from '../data-folder.ts'
import { UserError } from '../errors.ts'
import { notApplied } from '../not-applied.ts'
import { nativeLogs } from '../process/print-logs.ts'
import { columns } from '../status.ts'
import { compose, needDocker, projectOf, withOutput } from './engine.ts'
import { readEnvFile } from './env-file.ts'
import { stopScaler } from './scaler.ts'
import { isServing, startContainers } from './start.ts'
import { dockerStatus } from './status.ts'

export { dockerDeploy } from './deploy.ts'
export { hasDocker } from './engine.ts'
export { dockerScale } from './scale.ts'
export { dockerStatus }

/** `up` in containers. In the foreground it resolves when the stack was stopped, else when it is ready. */
export async function dockerUp(options: UpOptions): Promise<number> {
  const { data, detach } = options
  await needDocker()
  const before = await dockerStatus(data)
  if (await isServing(data, before)) {
    told(`Agora runs already at ${before.url} (data in ${data}).`)
    const { values } = readEnvFile(data)
    const difference = notApplied(options, { port: Number(values.AGORA_PORT), settings: values })
    return difference ? told(difference) : 0
  }

  const interrupted = interruption()
  const status = await startContainers(options, before, told, interrupted)
  if (status) {
    told(welcomeText(status, data, detach))
    if (detach) return 0
    await goneOrInterrupted(data, interrupted)
  } else {
    console.error('Agora was stopped before it was ready.')
  }
  await stop(data, false)
  return status ? 0 : 1
}

/** `down` in containers. Resolves when nothing is left but, without `volumes`, what the stack keeps. */
export async function dockerDown({ data, volumes }: { data: string; volumes: boolean }): Promise<number> {
  await needDocker()
  const wasRunning = (await dockerStatus(data)).processes.length > 0
  await stop(data, volumes)
  if (volumes) deleteDataFolder(data)
  const stopped = wasRunning ? 'Agora is stopped' : 'Agora is not running'
  return told(volumes ? `${stopped}, what it kept is deleted.` : `${stopped}.`)
}

/** Prints what the containers wrote: all of one, or the last lines of each. With `follow` goes on until interrupted. */
export async function dockerLogs(options: {
  data: string
  process: string | undefined
  follow: boolean
}): Promise<number> {
  const { data, process: name, follow } = options
  // The one that is no container.
  if (name === 'scaler') return nativeLogs(data, name, follow)
  const { processes } = await dockerStatus(data)
  const named = processes.find((each) => each.name === name)
  if (name !== undefined && !named?.id) {
    const names = processes.map((each) => each.name).join(', ')
    throw new UserError(
      `There is no log of "${name}". ${names ? `These have: ${names}` : 'Nothing runs here'}.`,
    )
  }
  const followed = follow ? ['--follow'] : []
  if (named?.id) return withOutput(['docker', 'logs', ...followed, named.id])
  return withOutput(compose(projectOf(data)).command(['logs', '--tail', '100', ...followed]))
}

/** Prints the answer to one statement, asked as the database's administrator: for a terminal as a table, else with tabs. */
export async function dockerSql({ data, statement }: { data: string; statement: string }): Promise<number> {
  const answer = await dockerAsk(data, statement)
  if ('changed' in answer) return told(`${answer.changed} ${answer.changed === 1 ? 'row' : 'rows'} changed`)
  const { lines } = answer
  return told((process.stdout.isTTY ? columns(lines.map((line) => line.split('\t'))) : lines).join('\n'))
}

/** Runs one statement as the database's administrator. Resolves to what it brought: lines with tabs, or how many rows it changed. */
export async function dockerAsk(
  data: string,
  statement: string,
): Promise<{ lines: string[] } | { changed: number }> {
  // By standard input and the container's own environment, so that no list of processes shows either.
  const client =
    'MYSQL_PWD="$MYSQL_ROOT_PASSWORD" exec mysql --user=root --batch --default-character-set=utf8mb4 agora'
  const input = `${statement.replace(/[;\s]+$/, '')}\n;\nSELECT ROW_COUNT();\n`
  const { code, output, errors } = await compose(projectOf(data)).quietly(
    ['exec', '-T', 'mysql', 'sh', '-c', client],
    { input },
  )
  if (/is not running|no container found/i.test(errors)) {
    throw new UserError('Agora is not running. Start it with: ./agora up')
  }
  if (code !== 0)
    throw new UserError(`The database says: ${errors.replace(/^ERROR \d+ \(\w+\) at line \d+: /, '')}`)

  const lines = output.split('\n')
  const [, changed] = lines.splice(-2)
  // ROW_COUNT() is -1 after a statement that brought rows.
  return changed === '-1' ? { lines } : { changed: Number(changed) }
}

async function stop(data: string, volumes: boolean): Promise<void> {
  await stopScaler(data)
  const down = ['down', '--remove-orphans', ...(volumes ? ['--volumes'] : [])]
  const { code, errors } = await compose(projectOf(data)).quietly(down)
  if (code !== 0) throw new UserError(`Agora could not be stopped: ${errors}`)
}

function interruption(): AbortSignal {
  const interrupted = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => interrupted.abort())
  }
  return interrupted.signal
}

/** A `down` typed elsewhere ends the one in the foreground, too. */
async function goneOrInterrupted(data: string, interrupted: AbortSignal): Promise<void> {
  while (!interrupted.aborted && (await dockerStatus(data)).processes.length > 0) {
    await sleep(2_000, undefined, { signal: interrupted }).catch(() => undefined)
  }
}

function told(text: string): number {
  console.log(text)
  return 0
}
