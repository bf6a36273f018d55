import { resolve } from 'node:path'
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import type { Ways } from '../native/site.ts'
import type { Mode } from '../status.ts'

/** What was typed makes no sense; the message says why in one line. */
export class UsageError extends Error {
  override name = 'UsageError'
}

export type UpOptions = {
  /** Absolute. Holds everything the stack keeps. */
  data: string
  port: number
  /** How many `web` replicas. */
  replicas: number
  detach: boolean
  /** The scaler changes the number of web replicas by itself. */
  autoscale: boolean
  /** Which of these were typed; the others are as usual. */
  typed: ('--port' | '--replicas' | '--no-autoscale')[]
  /** The program of the web replicas, where it is another than the site's own. Cannot be typed: it is for bench/. */
  webEntry?: string
  /** See `Site`. Cannot be typed either. */
  ways?: Ways
}

export type Command =
  | ({ name: 'up'; mode: Mode | undefined } & UpOptions)
  | { name: 'down'; data: string; volumes: boolean }
  | { name: 'status'; data: string; json: boolean }
  | { name: 'logs'; data: string; process: string | undefined; follow: boolean }
  | { name: 'sql'; data: string; statement: string }
  | { name: 'password'; data: string; member: string }
  | { name: 'scale'; data: string; replicas: number }
  | { name: 'deploy'; data: string; from: string | undefined }
  | { name: 'backup'; data: string; file: string }
  | { name: 'restore'; mode: Mode | undefined; data: string; file: string; force: boolean }
  | { name: 'reconcile'; data: string; batcher: string | undefined; waiting: 'send' | 'drop' | undefined }
  | { name: 'test' | 'bench'; args: string[] }
  | { name: 'help' }

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
  backup  FILE                   everything people wrote, waiting likes too, while the site runs
  restore FILE                   into a stack that is stopped and empty
            --force              stop it, and replace what it holds
            --native, --docker   as for up
  reconcile [BATCHER]            do the likes' journal and the database agree; what to do when not
            --send, --drop       go on from the database, and add to it the likes that wait, or drop them
  test    [ARGS]                 every test and check, or those named
  bench   [NAME]                 measure what we claim; says what there is

  --data DIR                     where a stack keeps its things, several run side by side (default: .agora)
  --help`

const data = { type: 'string' } as const
const flag = { type: 'boolean' } as const

const options = {
  up: {
    data,
    native: flag,
    docker: flag,
    detach: flag,
    port: { type: 'string' },
    replicas: { type: 'string' },
    'no-autoscale': flag,
  },
  down: { data, volumes: flag },
  status: { data, json: flag },
  logs: { data, follow: { type: 'boolean', short: 'f' } },
  sql: { data },
  password: { data },
  scale: { data },
  deploy: { data, from: { type: 'string' } },
  backup: { data },
  restore: { data, native: flag, docker: flag, force: flag },
  reconcile: { data, send: flag, drop: flag },
} as const satisfies Record<string, ParseArgsOptionsConfig>

/**
 * Reads what was typed after `./agora`. `home` is where `.agora` is found when no `--data` is given.
 * Throws a UsageError when it makes no sense.
 */
export function parseCommand([name, ...args]: string[], home: string): Command {
  const folder = (given: string | undefined) => {
    // As an unset variable of a script: it would be the folder in which the command is typed.
    if (given === '') throw new UsageError('--data wants a folder')
    return resolve(given ?? `${home}/.agora`)
  }
  if (name === undefined) throw new UsageError('no command given')
  if (name === 'help' || name === '--help' || name === '-h') return { name: 'help' }
  if (name === 'test' || name === 'bench') return { name, args }
  if (args.includes('--help')) return { name: 'help' }

  switch (name) {
    case 'up': {
      const { values } = parse(options.up, args, 0)
      return {
        name,
        mode: modeIn(values),
        data: folder(values.data),
        port: numberBetween('--port', values.port ?? '8080', 1, 65_535),
        replicas: numberBetween('--replicas', values.replicas ?? '2', 1, 64),
        detach: values.detach ?? false,
        autoscale: !values['no-autoscale'],
        typed: (['port', 'replicas', 'no-autoscale'] as const)
          .filter((name) => values[name] !== undefined)
          .map((name) => `--${name}` as const),
      }
    }
    case 'down': {
      const { values } = parse(options.down, args, 0)
      return { name, data: folder(values.data), volumes: values.volumes ?? false }
    }
    case 'status': {
      const { values } = parse(options.status, args, 0)
      return { name, data: folder(values.data), json: values.json ?? false }
    }
    case 'logs': {
      const { values, positionals } = parse(options.logs, args, 1)
      return { name, data: folder(values.data), process: positionals[0], follow: values.follow ?? false }
    }
    case 'sql': {
      const { values, positionals } = parse(options.sql, args, 1)
      const statement = positionals[0]?.trim()
      if (!statement) throw new UsageError('sql wants a statement, as in: ./agora sql "SELECT * FROM items"')
      return { name, data: folder(values.data), statement }
    }
    case 'password': {
      const { values, positionals } = parse(options.password, args, 1)
      const [member] = positionals
      if (!member) throw new UsageError('password wants a name, as in: ./agora password ana')
      return { name, data: folder(values.data), member }
    }
    case 'scale': {
      const { values, positionals } = parse(options.scale, args, 1)
      const [replicas = ''] = positionals
      return { name, data: folder(values.data), replicas: numberBetween('scale', replicas, 1, 64) }
    }
    case 'deploy': {
      const { values } = parse(options.deploy, args, 0)
      return { name, data: folder(values.data), from: values.from && resolve(values.from) }
    }
    case 'backup': {
      const { values, positionals } = parse(options.backup, args, 1)
      return { name, data: folder(values.data), file: fileIn(name, positionals) }
    }
    case 'restore': {
      const { values, positionals } = parse(options.restore, args, 1)
      const force = values.force ?? false
      return { name, mode: modeIn(values), data: folder(values.data), file: fileIn(name, positionals), force }
    }
    case 'reconcile': {
      const { values, positionals } = parse(options.reconcile, args, 1)
      if (values.send && values.drop) throw new UsageError('--send and --drop exclude each other')
      const waiting = values.send ? 'send' : values.drop ? 'drop' : undefined
      return { name, data: folder(values.data), batcher: positionals[0], waiting }
    }
    default:
      throw new UsageError(`there is no command "${name}"`)
  }
}

function modeIn({ native, docker }: { native?: boolean; docker?: boolean }): Mode | undefined {
  if (native && docker) throw new UsageError('--native and --docker exclude each other')
  return native ? 'native' : docker ? 'docker' : undefined
}

/** Relative to where the command is typed. */
function fileIn(name: string, [file]: string[]): string {
  if (!file) throw new UsageError(`${name} wants a file, as in: ./agora ${name} agora.backup`)
  return resolve(file)
}

function parse<T extends ParseArgsOptionsConfig>(options: T, args: string[], words: number) {
  const parsed = strictly(() => parseArgs({ args, options, allowPositionals: true, strict: true }))
  const surplus = parsed.positionals[words]
  if (surplus !== undefined) throw new UsageError(`"${surplus}" is one word too many`)
  return parsed
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
