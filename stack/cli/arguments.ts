import { resolve } from 'node:path'
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { addressIn, type MailAddress } from '../../src/mail/address.ts'
import { isLanguage, type Language, languages } from '../../texts/languages.ts'
import type { UpOptions } from '../stack.ts'
import type { Mode } from '../status.ts'

/** What was typed makes no sense; the message says why in one line. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** What each command has beside its name. */
type Commands = {
  up: UpOptions & { mode: Mode | undefined }
  down: { data: string; volumes: boolean }
  status: { data: string; json: boolean }
  logs: { data: string; process: string | undefined; follow: boolean }
  sql: { data: string; statement: string }
  password: { data: string; member: string; isFactorLost: boolean }
  'mail-test': { data: string; address: MailAddress }
  scale: { data: string; replicas: number }
  deploy: { data: string; from: string | undefined }
  backup: { data: string; file: string | undefined }
  drill: { mode: Mode | undefined; data: string; file: string | undefined; identity: string | undefined }
  restore: { mode: Mode | undefined; data: string; file: string; force: boolean }
  export: { data: string; file: string }
  archive: { data: string; folder: string; language: Language }
  import: { data: string; format: ImportFormat; file: string; files: string | undefined; isDryRun: boolean }
  reconcile: { data: string; batcher: string | undefined; waiting: 'send' | 'drop' | undefined }
  test: { args: string[] }
  bench: { args: string[] }
  help: object
}

const importFormats = ['agora', 'phpbb', 'flarum', 'discourse', 'nodebb'] as const
type ImportFormat = (typeof importFormats)[number]

export type CommandName = keyof Commands
export type Command<Name extends CommandName = CommandName> = {
  [Each in Name]: { name: Each } & Commands[Each]
}[Name]

export const usage = `Usage: ./agora COMMAND

  up      start everything and wait until it is ready
            --native, --docker   as processes of this machine, or in containers (default: what is there)
            --detach             leave it running in the background
            --port 8080          where the board is found
            --replicas 2         how many web replicas, at first and at least
            --no-autoscale       their number changes only by hand; broken ones are replaced all the same
  down    stop everything
            --volumes            and delete what it kept
  scale   N                      this many web replicas now, and from now on at least
  deploy  replace all replicas one by one by ones of the current code, and go back if they don't serve
            --from DIR           of the code in another folder
  status  what runs, where       --json
  logs    [PROCESS]              --follow, -f
  sql     "SELECT ..."           ask the database, as its administrator
  password NAME                  print a link to set this member's new password: good once, for 30 minutes
            --factor-lost        and turn their second factor off
  mail-test ADDRESS              send a mail by SMTP_URL, and say what the server answers
  backup  [FILE]                 everything people wrote, waiting likes too, while the site runs; without a
                                 file to BACKUP_TO, where those that BACKUP_KEEP does not keep are deleted
  restore FILE                   into a stack that is stopped and empty
            --force              stop it, and replace what it holds
            --native, --docker   as for up
  drill   [FILE]                 restore a backup, the newest in BACKUP_TO, into a stack of its own, check it,
                                 and delete that
            --identity FILE      of age, which opens it where BACKUP_KEY encrypted it; else BACKUP_IDENTITY
            --native, --docker   as for up
  export  FILE                   everything people wrote, as an open format that docs/export.md describes
  archive DIR                    the board as pages in a folder, with a search, that need no server
            --language en        in which they are: en, ar or de
  import  FORMAT FILE            bring what another board exported; FORMAT is agora, or phpbb, flarum,
                                 discourse or nodebb for a dump of its database
            --files DIR          where that board is installed: its pictures come along
            --dry-run            only say what cannot come, and why
  reconcile [BATCHER]            do the likes' journal and the database agree; what to do when not
            --send, --drop       go on from the database, and add to it the likes that wait, or drop them
  test    [ARGS]                 every test and check, or those named
  bench   [NAME]                 measure what we claim; says what there is

  --data DIR                     where a stack keeps its things, several run side by side (default: .agora)
  --help`

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const

type OnStack = Exclude<CommandName, 'test' | 'bench' | 'help'>

/** How the words after each command on a stack are read. */
const readers: { [Name in OnStack]: (args: string[], home: string) => Command<Name> } = {
  up: reader(
    'up',
    0,
    { native: flag, docker: flag, detach: flag, port: text, replicas: text, 'no-autoscale': flag },
    (values) => ({
      mode: modeIn(values),
      port: numberBetween('--port', values.port ?? '8080', 1, 65_535),
      replicas: numberBetween('--replicas', values.replicas ?? '2', 1, 64),
      detach: values.detach ?? false,
      autoscale: !values['no-autoscale'],
      typed: (['port', 'replicas', 'no-autoscale'] as const)
        .filter((name) => values[name] !== undefined)
        .map((name) => `--${name}` as const),
    }),
  ),
  down: reader('down', 0, { volumes: flag }, ({ volumes = false }) => ({ volumes })),
  status: reader('status', 0, { json: flag }, ({ json = false }) => ({ json })),
  logs: reader('logs', 1, { follow: { ...flag, short: 'f' } }, ({ follow = false }, [process]) => ({
    process,
    follow,
  })),
  sql: reader('sql', 1, {}, (_, [typed]) => {
    const statement = typed?.trim()
    if (!statement) throw new UsageError('sql wants a statement, as in: ./agora sql "SELECT * FROM items"')
    return { statement }
  }),
  password: reader('password', 1, { 'factor-lost': flag }, (values, [member]) => {
    if (!member) throw new UsageError('password wants a name, as in: ./agora password ana')
    return { member, isFactorLost: values['factor-lost'] ?? false }
  }),
  'mail-test': reader('mail-test', 1, {}, (_, [typed = '']) => {
    const address = addressIn(typed)
    if (!address) throw new UsageError('mail-test wants an address, as in: ./agora mail-test ana@example.org')
    return { address }
  }),
  scale: reader('scale', 1, {}, (_, [replicas = '']) => ({
    replicas: numberBetween('scale', replicas, 1, 64),
  })),
  deploy: reader('deploy', 0, { from: text }, ({ from }) => ({ from: from && resolve(from) })),
  backup: reader('backup', 1, {}, (_, [file]) => ({ file: file && resolve(file) })),
  restore: reader('restore', 1, { native: flag, docker: flag, force: flag }, (values, words) => ({
    mode: modeIn(values),
    file: fileIn('restore', words),
    force: values.force ?? false,
  })),
  drill: reader('drill', 1, { native: flag, docker: flag, identity: text }, (values, [file]) => ({
    mode: modeIn(values),
    file: file && resolve(file),
    identity: values.identity && resolve(values.identity),
  })),
  export: reader('export', 1, {}, (_, words) => ({ file: fileIn('export', words) })),
  archive: reader('archive', 1, { language: text }, (values, words) => {
    const { language = 'en' } = values
    if (!isLanguage(language))
      throw new UsageError(`--language is one of ${Object.keys(languages).join(', ')}, not "${language}"`)
    return { folder: fileIn('archive', words), language }
  }),
  import: reader('import', 2, { 'dry-run': flag, files: text }, (values, [typed, ...words]) => {
    const format = importFormats.find((each) => each === typed)
    if (!format) throw new UsageError(`import wants a format, as in: ./agora import agora board.tar`)
    if (values.files !== undefined && format === 'agora')
      throw new UsageError('a file of agora has its pictures within: --files is for other boards')
    return {
      ...{ format, file: fileIn(`import ${format}`, words), isDryRun: values['dry-run'] ?? false },
      files: values.files && resolve(values.files),
    }
  }),
  reconcile: reader('reconcile', 1, { send: flag, drop: flag }, ({ send, drop }, [batcher]) => {
    if (send && drop) throw new UsageError('--send and --drop exclude each other')
    return { batcher, waiting: send ? 'send' : drop ? 'drop' : undefined }
  }),
}

/**
 * Reads what was typed after `./agora`. `home` is where `.agora` is found when no `--data` is given.
 * Throws a UsageError when it makes no sense.
 */
export function parseCommand([name, ...args]: string[], home: string): Command {
  if (name === undefined) throw new UsageError('no command given')
  if (name === 'help' || name === '--help' || name === '-h') return { name: 'help' }
  if (name === 'test' || name === 'bench') return { name, args }
  if (args.includes('--help')) return { name: 'help' }
  if (!Object.hasOwn(readers, name)) throw new UsageError(`there is no command "${name}"`)
  return readers[name as OnStack](args, home)
}

/** A command with so many words at most, and with these options beside `--data`. */
function reader<Name extends OnStack, Options extends ParseArgsOptionsConfig, Given>(
  name: Name,
  words: number,
  own: Options,
  read: (values: Values<Options>, words: string[]) => Given,
): (args: string[], home: string) => { name: Name; data: string } & Given {
  const options = { ...own, data: text }
  return (args, home) => {
    const { values, positionals } = strictly(() =>
      parseArgs({ args, options, allowPositionals: true, strict: true }),
    )
    const surplus = positionals[words]
    if (surplus !== undefined) throw new UsageError(`"${surplus}" is one word too many`)
    const { data = `${home}/.agora` } = values as Values<{ data: typeof text }>
    // As an unset variable of a script: it would be the folder in which the command is typed.
    if (data === '') throw new UsageError('--data wants a folder')
    return { name, data: resolve(data), ...read(values as Values<Options>, positionals) }
  }
}

type Values<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: Options; allowPositionals: true; strict: true }>
>['values']

function modeIn({ native, docker }: { native?: boolean; docker?: boolean }): Mode | undefined {
  if (native && docker) throw new UsageError('--native and --docker exclude each other')
  return native ? 'native' : docker ? 'docker' : undefined
}

/** Relative to where the command is typed. */
function fileIn(name: string, [file]: string[]): string {
  if (!file) throw new UsageError(`${name} wants a file, as in: ./agora ${name} agora.backup`)
  return resolve(file)
}

function strictly<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function numberBetween(option: string, text: string, min: number, max: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= min && value <= max)) {
    throw new UsageError(`${option} must be a whole number from ${min} to ${max}, not "${text}"`)
  }
  return value
}
