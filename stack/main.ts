import { join } from 'node:path'
import { type Command, parseCommand, UsageError, usage } from './arguments.ts'
import { dataPaths, readState } from './data-folder.ts'
import { dockerDown, dockerLogs, dockerSql, dockerStatus, dockerUp, hasDocker } from './docker.ts'
import { explain } from './explain.ts'
import { nativeLogs } from './logs.ts'
import { nativeDown, nativeStatus, nativeUp } from './native.ts'
import { canRunNatively, findPrograms, flavourOf } from './programs.ts'
import { answerText, nativeSql } from './sql.ts'
import { type Mode, type Status, statusText } from './status.ts'
import { Trouble } from './trouble.ts'

const root = join(import.meta.dir, '..')

async function main(args: string[]): Promise<number> {
  try {
    return await run(parseCommand(args, root))
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`agora: ${error.message}\n\n${usage}`)
      return 2
    }
    console.error(`agora: ${explain(error)}`)
    return 1
  }
}

function run(command: Command): Promise<number> {
  switch (command.name) {
    case 'up':
      return up(command)
    case 'down':
      return modeOf(command.data) === 'docker'
        ? dockerDown(command)
        : nativeDown(command.data, command.volumes)
    case 'status':
      return status(command)
    case 'logs':
      return modeOf(command.data) === 'docker'
        ? dockerLogs(command)
        : nativeLogs(command.data, command.process, command.follow)
    case 'sql':
      return sql(command)
    case 'test':
      return test(command.args)
    case 'help':
      console.log(usage)
      return Promise.resolve(0)
  }
}

async function up(command: Extract<Command, { name: 'up' }>): Promise<number> {
  const kept = readState(command.data)
  const mode = command.mode ?? kept?.mode ?? (await bestMode(command.data))
  if (kept && kept.mode !== mode) {
    throw new Trouble(
      `${command.data} belongs to a stack in ${kept.mode} mode: choose another folder with --data`,
    )
  }
  return mode === 'docker' ? dockerUp(command) : nativeUp(command)
}

/** Natively where the programs are there or can be installed, else in containers where an engine answers. */
async function bestMode(data: string): Promise<Mode> {
  const madeBy = flavourOf(dataPaths(data).mysql)
  if (canRunNatively(madeBy)) return 'native'
  if (await hasDocker()) return 'docker'
  // Tells what is missing and which command brings it.
  await findPrograms(madeBy, console.log)
  return 'native'
}

function modeOf(data: string): Mode {
  return readState(data)?.mode ?? 'native'
}

async function status({ data, json }: Extract<Command, { name: 'status' }>): Promise<number> {
  const found: Status = modeOf(data) === 'docker' ? await dockerStatus(data) : await nativeStatus(data)
  const isRunning = found.processes.length > 0
  if (json) console.log(JSON.stringify(found, null, 2))
  else console.log(isRunning ? statusText(found) : 'Agora is not running.')
  return isRunning ? 0 : 1
}

async function sql({ data, statement }: Extract<Command, { name: 'sql' }>): Promise<number> {
  if (modeOf(data) === 'docker') return dockerSql({ data, statement })
  console.log(answerText(await nativeSql(data, statement), process.stdout.isTTY === true))
  return 0
}

async function test(args: string[]): Promise<number> {
  const command = [process.execPath, '--no-env-file', join(root, 'test/run.ts'), ...args]
  const child = Bun.spawn(command, { cwd: root, stdio: ['inherit', 'inherit', 'inherit'] })
  // Ctrl-C reaches the tests too, which clean up; this waits for them.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  return await child.exited
}

process.exitCode = await main(process.argv.slice(2))
