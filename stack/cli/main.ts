import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { backUp } from '../backup/backup.ts'
import { type Into, restore } from '../backup/restore.ts'
import { dataPaths, readState } from '../data-folder.ts'
import { newPasswordLink } from '../database/password-link.ts'
import { UserError } from '../errors.ts'
import { explain } from '../explain.ts'
import { nativeBatchers, nativeSource, withNativeTarget } from '../native/backup.ts'
import { nativeDown, nativeStatus, nativeUp, stateSettled } from '../native/commands.ts'
import { askDeploy, askScale } from '../native/control.ts'
import { canRunNatively, findPrograms, flavourFor, flavourOf } from '../native/install-programs.ts'
import { answerText, nativeSql } from '../native/sql.ts'
import { isAlive } from '../process/identity.ts'
import { nativeLogs } from '../process/print-logs.ts'
import { reconcile } from '../reconcile.ts'
import { root } from '../root.ts'
import { type Mode, type Status, sizeText, statusText } from '../status.ts'
import { unusedSettings } from '../unused-settings.ts'
import { type Command, parseCommand, UsageError, usage } from './arguments.ts'

type CommandNamed<Name extends Command['name']> = Extract<Command, { name: Name }>

const docker = () => import('../docker/commands.ts')

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

async function run(command: Command): Promise<number> {
  if ('data' in command) await stateSettled(command.data)
  switch (command.name) {
    case 'up':
      return up(command)
    case 'down':
      return down(command)
    case 'status':
      return status(command)
    case 'logs':
      return logs(command)
    case 'sql':
      return sql(command)
    case 'password':
      return password(command)
    case 'scale':
      return scale(command)
    case 'deploy':
      return deploy(command)
    case 'backup':
      return backup(command)
    case 'restore':
      return restoreFrom(command)
    case 'reconcile':
      return reconcileLikes(command)
    case 'test':
      return runProgram('test/run.ts', command.args)
    case 'bench':
      return runProgram('bench/run.ts', command.args)
    case 'help':
      console.log(usage)
      return 0
  }
}

async function up(command: CommandNamed<'up'>): Promise<number> {
  const kept = readState(command.data)
  const mode = command.mode ?? kept?.mode ?? (await bestMode(command.data))
  if (kept && kept.mode !== mode) await leaveMode(command.data, kept.mode)
  for (const line of unusedSettings(mode)) console.log(line)
  return mode === 'docker' ? (await docker()).dockerUp(command) : nativeUp(command)
}

/** The two modes keep their databases apart, so one data folder can serve both, one after the other. */
async function leaveMode(data: string, mode: Mode): Promise<void> {
  if (isRunning(await statusIn(mode, data))) {
    throw new UserError(
      `Agora runs in ${mode} mode on ${data}: stop it first with ./agora down, or use another --data`,
    )
  }
  console.log(`What the stack kept in ${mode} mode stays there, this one has its own database.`)
}

/** Natively where the programs are there or can be installed, else in containers where an engine answers. */
async function bestMode(data: string): Promise<Mode> {
  const madeBy = flavourOf(dataPaths(data).mysql)
  if (canRunNatively(madeBy)) return 'native'
  if (await (await docker()).hasDocker()) return 'docker'
  // Tells what is missing and which command brings it.
  await findPrograms(madeBy, console.log)
  return 'native'
}

async function down(command: CommandNamed<'down'>): Promise<number> {
  if (modeOf(command.data) === 'docker') return (await docker()).dockerDown(command)
  return nativeDown(command.data, command.volumes)
}

async function logs(command: CommandNamed<'logs'>): Promise<number> {
  if (modeOf(command.data) === 'docker') return (await docker()).dockerLogs(command)
  return nativeLogs(command.data, command.process, command.follow)
}

/** Where what is remembered was lost, a stack that never ran natively ran in containers. */
function modeOf(data: string): Mode {
  const { env, mysql } = dataPaths(data)
  const guess = existsSync(env) && !existsSync(mysql) ? 'docker' : 'native'
  return readState(data)?.mode ?? guess
}

async function status({ data, json }: CommandNamed<'status'>): Promise<number> {
  const found = await statusIn(modeOf(data), data)
  if (json) console.log(JSON.stringify(found, null, 2))
  else console.log(isRunning(found) ? statusText(found) : notRunning(data))
  return isRunning(found) ? 0 : 1
}

async function statusIn(mode: Mode, data: string): Promise<Status> {
  return mode === 'docker' ? (await docker()).dockerStatus(data) : nativeStatus(data)
}

function isRunning({ processes }: Status): boolean {
  return processes.length > 0
}

function notRunning(data: string): string {
  const left = readState(data)?.native?.processes.filter(isAlive) ?? []
  if (left.length === 0) return 'Agora is not running.'
  const names = left.map(({ name }) => name).join(', ')
  return `The supervisor is gone, ${names} go on without it. ./agora up starts all anew, ./agora down ends them.`
}

async function scale(command: CommandNamed<'scale'>): Promise<number> {
  const { data, replicas } = command
  if (modeOf(data) === 'docker') await (await docker()).dockerScale(command)
  else await askScale(data, { replicas, isByHand: true })
  console.log(`There are ${replicas} web replicas.`)
  return 0
}

async function deploy(command: CommandNamed<'deploy'>): Promise<number> {
  const { data, from } = command
  if (modeOf(data) === 'docker') await (await docker()).dockerDeploy(command, console.log)
  else await askDeploy(data, { from: from ?? root, bun: process.execPath }, console.log)
  console.log('All replicas run the new code.')
  return 0
}

async function sql({ data, statement }: CommandNamed<'sql'>): Promise<number> {
  if (modeOf(data) === 'docker') return (await docker()).dockerSql({ data, statement })
  console.log(answerText(await nativeSql(data, statement), process.stdout.isTTY === true))
  return 0
}

async function password({ data, member }: CommandNamed<'password'>): Promise<number> {
  const mode = modeOf(data)
  const { url } = await statusIn(mode, data)
  if (!url) throw new UserError('Agora is not running. Start it with: ./agora up')
  const ask = mode === 'docker' ? (await docker()).dockerAsk : nativeSql
  const change = async (statement: string) => {
    const answer = await ask(data, statement)
    return 'changed' in answer ? answer.changed : 0
  }
  console.log(await newPasswordLink(url, member, change))
  return 0
}

async function backup({ data, file }: CommandNamed<'backup'>): Promise<number> {
  const isDocker = modeOf(data) === 'docker'
  const source = isDocker
    ? await (await import('../docker/backup.ts')).dockerSource(data)
    : await nativeSource(data, console.log)
  const { files } = await backUp(source, file)
  const bytes = files.reduce((sum, each) => sum + each.bytes, 0)
  console.log(`${file} holds the whole board, ${sizeText(bytes)}, also the passwords' hashes: keep it safe.`)
  return 0
}

async function restoreFrom({ mode, data, file, force }: CommandNamed<'restore'>): Promise<number> {
  const into = mode ?? readState(data)?.mode ?? (await bestMode(data))
  const stack: Into =
    into === 'docker'
      ? {
          flavour: 'mysql',
          open: async (work) => (await import('../docker/backup.ts')).withDockerTarget(data, force, work),
        }
      : {
          flavour: flavourFor(dataPaths(data).mysql),
          open: (work) => withNativeTarget(data, { force, say: console.log }, work),
        }
  const { madeAt } = await restore(stack, file, data)
  console.log(`The board is as it was on ${madeAt}. Start it with: ./agora up --data '${data}'`)
  return 0
}

async function reconcileLikes({ data, ...wanted }: CommandNamed<'reconcile'>): Promise<number> {
  const isDocker = modeOf(data) === 'docker'
  const batchers = isDocker
    ? await (await import('../docker/backup.ts')).dockerBatchers(data)
    : await nativeBatchers(data)
  const { text, isWell } = await reconcile(batchers, wanted)
  console.log(text)
  return isWell ? 0 : 1
}

/** Runs one of the project's own programs to its end. */
async function runProgram(file: string, args: string[]): Promise<number> {
  const command = [process.execPath, '--no-env-file', join(root, file), ...args]
  const child = Bun.spawn(command, { cwd: root, stdio: ['inherit', 'inherit', 'inherit'] })
  // Ctrl-C reaches the program too, which cleans up; this waits for it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  return await child.exited
}

process.exitCode = await main(process.argv.slice(2))
