import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { tryMail } from '../../courier/mail-test.ts'
import { environment } from '../../src/platform/config.ts'
import { backUp } from '../backup/backup.ts'
import { type Drilled, drillFile, drillNewest, NoRoom } from '../backup/drill.ts'
import { identityNotes, privateIdentity } from '../backup/identity.ts'
import { backUpAndKeep, type Kept } from '../backup/keep.ts'
import {
  differencesText,
  noteBackups,
  noteDrill,
  noteMissed,
  recordIn,
  recordText,
} from '../backup/record.ts'
import { restore } from '../backup/restore.ts'
import { beforeDrills, Postponed, postponedCode } from '../backup/scratch.ts'
import { backupSettings, drillsOf, timeOfDay } from '../backup/settings.ts'
import { isRunning, leaveOtherKind, stackFor, stackOn } from '../choose-stack.ts'
import { dataPaths } from '../data-folder.ts'
import { newPasswordLink } from '../database/make-password-link.ts'
import { explain, UserError } from '../errors.ts'
import { reconcile } from '../reconcile.ts'
import { root } from '../root.ts'
import type { Stack } from '../stack.ts'
import { sizeText, statusText } from '../status.ts'
import { exportBoard } from '../transfer/export/export.ts'
import { withForeign } from '../transfer/foreign/foreign.ts'
import { countsText, importBoard } from '../transfer/import/import.ts'
import { unusedSettings } from '../unused-settings.ts'
import { noteVersion, versionOf } from '../version.ts'
import { type Command, type CommandName, parseCommand, UsageError, usage } from './arguments.ts'
import { quoted } from './quoted.ts'
import { answerText } from './sql-answer.ts'

/** What `./agora COMMAND` does; each resolves with the exit code. */
const commands: { [Name in CommandName]: (command: Command<Name>) => Promise<number> } = {
  async up({ mode, name: _, ...options }) {
    const { data } = options
    timeOfDay()
    drillsOf()
    const notes = await identityNotes()
    const stack = await stackFor(data, mode, print)
    await leaveOtherKind(data, stack.mode, print)
    for (const line of [...unusedSettings(stack.mode), ...notes]) print(line)
    return stack.up(options)
  },

  async down({ data, volumes }) {
    const { wasRunning, isDeleted } = await (await stackOn(data, print)).down({ volumes })
    const stopped = wasRunning ? 'Agora is stopped' : 'Agora is not running'
    return succeed(isDeleted ? `${stopped}, what it kept is deleted.` : `${stopped}.`)
  },

  async status({ data, json }) {
    const stack = await stackOn(data, print)
    const status = await stack.status()
    if (json) print(JSON.stringify(status, null, 2))
    else {
      print(isRunning(status) ? statusText(status) : notRunning(stack))
      const lines = recordText(recordIn(data))
      if (lines.length > 0) print(['', ...lines].join('\n'))
    }
    return isRunning(status) ? 0 : 1
  },

  async logs({ data, process, follow }) {
    return (await stackOn(data, print)).logs({ process, follow })
  },

  async sql({ data, statement }) {
    const answer = await (await stackOn(data, print)).sql(statement)
    return succeed(answerText(answer, process.stdout.isTTY === true))
  },

  async password({ data, member, isFactorLost }) {
    const stack = await stackOn(data, print)
    const { url } = await stack.status()
    if (!url) throw new UserError('Agora is not running. Start it with: ./agora up')
    const change = async (statement: string) => {
      const answer = await stack.sql(statement)
      return 'changed' in answer ? answer.changed : 0
    }
    return succeed(await newPasswordLink(url, member, change, { isFactorLost }))
  },

  async 'mail-test'({ address }) {
    if (!environment.SMTP_URL) {
      throw new UserError(
        'SMTP_URL is not set: mail-test wants the settings that ./agora up was given, see docs/configuration.md',
      )
    }
    return (await tryMail(address, environment, print)) ? 0 : 1
  },

  async scale({ data, replicas }) {
    await (await stackOn(data, print)).scale(replicas)
    return succeed(`There are ${replicas} web replicas.`)
  },

  async deploy({ data, from = root }) {
    const stack = await stackOn(data, print)
    await beforeDrills(data, print, () => stack.deploy(from))
    return succeed(`All replicas run the new code. ${noteVersion(data, versionOf(from))}`)
  },

  backup: ({ data, file }) =>
    beforeDrills(data, print, async () => {
      if (file === undefined) {
        const settings = backupSettings()
        const { name, where, bytes, removed } = await noted(data, async () =>
          backUpAndKeep(await (await stackOn(data, print)).backupSource(), settings, dataPaths(data).state),
        )
        for (const each of removed) print(`${each} is deleted`)
        const key = settings.key ? 'encrypted' : 'not encrypted'
        return succeed(
          `${name} in ${where} holds the whole board, ${sizeText(bytes)}, ${key}, and was read back.`,
        )
      }
      const { files } = await backUp(await (await stackOn(data, print)).backupSource(), file)
      const bytes = files.reduce((sum, each) => sum + each.bytes, 0)
      return succeed(
        `${file} holds the whole board, ${sizeText(bytes)}, also the passwords' hashes: keep it safe.`,
      )
    }),

  async restore({ mode, data, file, force }) {
    const stack = await stackFor(data, mode, print)
    const { madeAt } = await beforeDrills(data, print, () =>
      restore(stack.restoreTarget({ force }), file, data),
    )
    return succeed(`The board is as it was on ${madeAt}. Start it with: ./agora up --data ${quoted(data)}`)
  },

  async drill({ mode, data, file, identity }) {
    const stack = await stackFor(data, mode, print)
    const options = () => ({
      ...{ board: data, identity: identity ?? privateIdentity() },
      ...{ mode: stack.mode, settingsFor: stack.drillSettings, print },
    })
    const settings = file === undefined ? backupSettings() : undefined
    const drilled = await (settings
      ? notedDrill(data, () => drillNewest(settings, options()))
      : drillFile(file ?? '', options()))
    const { restoredAt, seconds, differences, answered, pages } = drilled
    const count = differencesText(differences.length)
    if (existsSync(data)) noteDrill(data, restoredAt, seconds, differences.length > 0 ? count : undefined)
    for (const difference of differences) print(`- ${difference}`)
    print(
      `Restored on ${restoredAt}, in ${seconds.toFixed(0)} s: ${answered} likes, ${pages} pages, ${count}.`,
    )
    return differences.length === 0 ? 0 : 1
  },

  async export({ data, file }) {
    const board = await (await stackOn(data, print)).board()
    try {
      const counts = await exportBoard(board, file, print)
      return succeed(`${file} holds ${countsText(counts)}, also the passwords' hashes: keep it safe.`)
    } finally {
      await board.close()
    }
  },

  async archive({ data, folder, language }) {
    const board = await (await stackOn(data, print)).board()
    try {
      const siteName = environment.SITE_NAME || 'Agora'
      // With all the views, which no other command needs.
      const { archiveBoard } = await import('../archive/archive.ts')
      const { posts, comments } = await archiveBoard(board, folder, { language, siteName, print })
      const counts = `${posts.toLocaleString('en')} posts, ${comments.toLocaleString('en')} comments`
      return succeed(`${folder} has ${counts}. Open ${folder}/index.html in a browser.`)
    } finally {
      await board.close()
    }
  },

  async import({ data, format, file, files, isDryRun }) {
    const board = await (await stackOn(data, print)).board()
    try {
      const bring = (path: string) => importBoard(board.url, path, { isDryRun, print })
      const { of, came } = await (format === 'agora'
        ? bring(file)
        : withForeign(format, { dump: file, files, print, progress: print }, bring))
      if (isDryRun) print(neverCarried)
      const can = isDryRun ? 'Nothing was changed. New here would be' : 'New here are'
      return succeed(`${can} ${countsText(came)}; the file has ${countsText(of)} that can come.`)
    } finally {
      await board.close()
    }
  },

  async reconcile({ data, batcher, waiting }) {
    const { text, isWell } = await reconcile(await (await stackOn(data, print)).batchers(), {
      batcher,
      waiting,
    })
    print(text)
    return isWell ? 0 : 1
  },

  test: ({ args }) => runProgram('test/run.ts', args),
  bench: ({ args }) => runProgram('bench/run.ts', args),
  help: async () => succeed(usage),
}

const neverCarried =
  'Never in such a file: sessions, tokens, settings of the board, invitations, applications, what happened to accounts, ' +
  'mails and notices. docs/export.md says why.'

async function main(args: string[]): Promise<number> {
  try {
    return await run(parseCommand(args, root))
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`agora: ${error.message}\n\n${usage}`)
      return 2
    }
    console.error(`agora: ${explain(error)}`)
    return error instanceof Postponed ? postponedCode : 1
  }
}

function run<Name extends CommandName>(command: Command<Name>): Promise<number> {
  return commands[command.name](command)
}

function print(text: string): void {
  console.log(text)
}

function succeed(text: string): number {
  print(text)
  return 0
}

/** Notes for `./agora status` what came of it. */
async function noted(data: string, work: () => Promise<Kept>): Promise<Kept> {
  const at = new Date().toISOString()
  try {
    const kept = await work()
    noteBackups(data, { backup: { at, name: kept.name, bytes: kept.bytes }, failure: undefined })
    return kept
  } catch (error) {
    if (existsSync(data)) noteBackups(data, { failure: { at, reason: explain(error).split('\n')[0] ?? '' } })
    throw error
  }
}

/** Notes that the newest backup could not be restored at all; what a drill found is noted by its caller. */
async function notedDrill(data: string, work: () => Promise<Drilled>): Promise<Drilled> {
  try {
    return await work()
  } catch (error) {
    const [reason = ''] = explain(error).split('\n')
    const at = new Date()
    if (existsSync(data) && error instanceof NoRoom) noteMissed(data, at, reason)
    else if (existsSync(data) && !(error instanceof Postponed)) noteDrill(data, at.toISOString(), 0, reason)
    throw error
  }
}

function notRunning(stack: Stack): string {
  const orphans = stack.orphans().join(', ')
  if (!orphans) return 'Agora is not running.'
  return `The supervisor is gone, ${orphans} go on without it. ./agora up starts all anew, ./agora down ends them.`
}

/** Runs one of the project's own programs to its end. */
async function runProgram(file: string, args: string[]): Promise<number> {
  const command = [process.execPath, '--no-env-file', join(root, file), ...args]
  const child = Bun.spawn(command, { cwd: root, stdio: ['inherit', 'inherit', 'inherit'] })
  // Ctrl-C reaches the program too, which cleans up; this waits for it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => child.kill(signal))
  }
  return await child.exited
}

process.exitCode = await main(process.argv.slice(2))
