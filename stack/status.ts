const modes = ['native', 'docker'] as const
/** As processes of this machine, or in containers. */
export type Mode = (typeof modes)[number]

export const isMode = (word: unknown): word is Mode => modes.some((mode) => mode === word)

/** What a process of the stack is there for; its name is the role, or the role and a number (`web-2`). */
export type ProcessRole =
  | 'scaler'
  | 'haproxy'
  | 'mysql'
  | 'redis'
  | 'batcher'
  | 'courier'
  | 'search'
  | 'web'
  | 'accounts'
  | 'admin'

export type ProcessState = 'starting' | 'ready' | 'restarting' | 'stopping' | 'stopped'

/** One process of a running stack. Natively it has a `pid`, in Docker an `id`. */
export type ProcessStatus = {
  name: string
  role: ProcessRole
  pid?: number
  id?: string
  port: number
  state: ProcessState
}

/** What `./agora status --json` prints. */
export type Status = {
  mode: Mode
  /** The board's address; null while the stack is stopped. */
  url: string | null
  statsUrl: string | null
  processes: ProcessStatus[]
}

/** The same for people: the addresses, then one line a process. */
export function statusText({ mode, url, statsUrl, processes }: Status): string {
  const header = ['NAME', 'STATE', 'PORT', 'PROCESS']
  const rows = processes.map((each) => [
    each.name,
    each.state,
    String(each.port),
    String(each.pid ?? each.id ?? '-'),
  ])
  return [`Agora runs (${mode}) at ${url}, stats at ${statsUrl}`, '', ...columns([header, ...rows])].join(
    '\n',
  )
}

/** Lines with the cells of each column padded to one width. */
export function columns(rows: string[][]): string[] {
  const widths = rows.reduce<number[]>(
    (wide, row) => row.map((cell, index) => Math.max(wide[index] ?? 0, Bun.stringWidth(cell))),
    [],
  )
  const pad = (cell: string, at: number) => cell + ' '.repeat((widths[at] ?? 0) - Bun.stringWidth(cell))
  return rows.map((row) => row.map(pad).join('  ').trimEnd())
}

/** A number of bytes for people, with three digits or fewer: 30 kB, 1.2 MB. */
export function sizeText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)))
  const size = bytes / 1_000 ** power
  return `${size < 10 && power > 0 ? size.toFixed(1) : Math.round(size)} ${units[power]}`
}
