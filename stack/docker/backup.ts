import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { authorized } from '../../src/likes/protocol.ts'
import { environment } from '../../src/platform/config.ts'
import type { Program, Source } from '../backup/backup.ts'
import type { Target } from '../backup/restore.ts'
import { dataPaths, makeDataFolder, readState, writeState } from '../data-folder.ts'
import { clientOptions, dumpOptions } from '../database/clients.ts'
import { UserError } from '../errors.ts'
import { takeLock } from '../lock.ts'
import { freePort } from '../process/free-port.ts'
import type { Batchers } from '../reconcile.ts'
import type { Print } from '../stack.ts'
import type { Status } from '../status.ts'
import type { Board } from '../transfer/board.ts'
import { dockerDown } from './down.ts'
import { isDrillImage } from './drill-image.ts'
import { type Compose, compose, needDocker, projectOf, capture as run } from './engine.ts'
import { readEnvFile, writeEnvFile } from './env-file.ts'
import { dockerStatus } from './status.ts'
import { openTunnel } from './tunnel.ts'

/** The batchers of the stack that runs in containers. */
export async function dockerBatchers(data: string): Promise<Batchers> {
  await needDocker()
  const status = await dockerStatus(data)
  refuseUnlessKept(status)
  const batchers = new Map(
    status.processes.flatMap(({ role, name, id }) => (role === 'batcher' && id ? [[name, id]] : [])),
  )
  const headers = authorized(readEnvFile(data).values.BATCHER_SECRET)
  return {
    batchers: [...batchers.keys()],
    ask: (batcher, path) => askInside(batchers.get(batcher) ?? '', path, headers),
  }
}

/** The stack that runs in containers. */
export async function dockerSource(data: string): Promise<Source> {
  const batchers = await dockerBatchers(data)
  const stack = compose(projectOf(data))
  const version = await must(stack, ['exec', '-T', 'mysql', 'mysqld', '--version'])
  return {
    ...batchers,
    dump: inMysql(stack, `mysqldump ${[...dumpOptions, '--set-gtid-purged=OFF'].join(' ')} agora`),
    serverVersion: version.match(/Ver (\S+)/)?.[1] ?? version,
  }
}

/** The same with a way to its database, which nothing but its neighbours reaches. */
export async function dockerBoard(data: string): Promise<Board & { close(): Promise<void> }> {
  const batchers = await dockerBatchers(data)
  const { processes } = await dockerStatus(data)
  const neighbour = processes.find(({ role }) => role === 'batcher')?.id ?? ''
  const password = readEnvFile(data).values.MYSQL_ROOT_PASSWORD ?? ''
  const { port, close } = await openTunnel(['docker', 'exec', '--interactive', neighbour, 'bun'], {
    host: 'mysql',
    port: 3306,
  })
  return { ...batchers, url: `mysql://root:${password}@127.0.0.1:${port}/agora`, close }
}

/**
 * Replicas may come and go meanwhile; what holds the board has to be there. Throws a UserError when it is
 * not.
 */
export function refuseUnlessKept({ processes }: Status): void {
  if (processes.length === 0) throw new UserError('Agora is not running. Start it with: ./agora up')
  for (const role of ['mysql', 'batcher']) {
    const those = processes.filter((each) => each.role === role)
    if (those.length === 0 || those.some(({ state }) => state !== 'ready')) {
      throw new UserError(`The ${role} is not ready, see ./agora status: try again when it is.`)
    }
  }
}

/** The password is in the container's own environment. */
const inMysql = ({ command, env }: Compose, program: string): Program => ({
  command: command(['exec', '-T', 'mysql', 'sh', '-c', `MYSQL_PWD="$MYSQL_ROOT_PASSWORD" exec ${program}`]),
  env,
})

const askFromInside = `
const headers = await Bun.stdin.json()
const answer = await fetch('http://127.0.0.1:4000' + process.argv.at(-1), { method: 'POST', headers })
if (answer.ok) await Bun.write(Bun.stdout, answer)
else throw new Error(await answer.text())`

/**
 * Nothing but its neighbours reaches a batcher, so the request is made in its container. The secret goes by
 * standard input, so that it is not in the list of processes.
 */
async function askInside(
  container: string,
  path: string,
  headers: Record<string, string>,
): Promise<Uint8Array> {
  const child = Bun.spawn(['docker', 'exec', '--interactive', container, 'bun', '-e', askFromInside, path], {
    stdin: new Blob([JSON.stringify(headers)]),
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [body, errors, code] = await Promise.all([buffer(child.stdout), text(child.stderr), child.exited])
  if (code !== 0) throw new UserError(`a batcher refuses: ${errors.trim()}`)
  return body
}

/** Runs `work` on a stack that is stopped. With `force` what is there is replaced. */
export async function withDockerTarget(
  data: string,
  { force, print }: { force: boolean; print: Print },
  work: (target: Target) => Promise<void>,
): Promise<void> {
  await needDocker()
  const project = projectOf(data)
  const isRunning = (await dockerStatus(data)).processes.length > 0
  if (isRunning && !force)
    throw new UserError('Agora is running: stop it first with ./agora down, or say --force')
  if (!force && (await hasVolume(`${project}_mysql`))) {
    throw new UserError('there is a board in containers already: say --force to replace it')
  }
  if (isRunning) {
    await dockerDown(data, { volumes: false })
    print('Agora is stopped.')
  }
  makeDataFolder(data)
  const lock = takeLock(dataPaths(data).lock)
  if (!lock)
    throw new UserError('Agora is being started or stopped by somebody else at this moment: try again.')
  const port = readState(data)?.port ?? 8080
  const statsPort = await freePort()
  const stack = compose(project, writeEnvFile(data, { port, statsPort }))
  try {
    return await work(targetIn(stack))
  } finally {
    writeState(data, { mode: 'docker', port })
    lock.release()
  }
}

async function hasVolume(name: string): Promise<boolean> {
  const { output } = await run(['docker', 'volume', 'ls', '--quiet', '--filter', `name=^${name}$`])
  return output !== ''
}

function targetIn(stack: Compose): Target {
  const put = ['run', '--rm', '--no-deps', '-T', 'batcher', 'sh', '-c']
  return {
    startDatabase: async () => {
      if (!isDrillImage(environment.AGORA_IMAGE)) await must(stack, ['build', '--quiet', 'batcher'])
      await must(stack, ['up', '--detach', '--no-deps', '--wait', 'mysql'])
    },
    client: () => inMysql(stack, `mysql ${clientOptions.join(' ')}`),
    async putJournals(folder, journals) {
      await must(stack, [...put, 'rm -f /journal/*'])
      await must(stack, ['run', '--rm', '--no-deps', '-T', 'search', 'sh', '-c', 'rm -f /index/*'])
      for (const { name } of journals) {
        await feed(stack, [...put, 'cat > "/journal/$1" && sync', 'sh', name], join(folder, name))
      }
    },
    stopDatabase: async () => {
      await must(stack, ['down', '--remove-orphans'])
    },
  }
}

async function feed({ command, env }: Compose, args: string[], file: string): Promise<void> {
  const child = Bun.spawn(command(args), { env, stdin: Bun.file(file), stdout: 'ignore', stderr: 'pipe' })
  const [errors, code] = await Promise.all([text(child.stderr), child.exited])
  if (code !== 0) throw new UserError(`a journal could not be put in its place: ${errors.trim()}`)
}

async function must(stack: Compose, args: string[]): Promise<string> {
  const { code, output, errors } = await stack.capture(args)
  if (code !== 0) throw new UserError(`docker compose ${args[0]} failed: ${errors || output}`)
  return output
}
