import type { LogLevel } from './config.ts'
import { requestId } from './trace.ts'

export type Log = Record<LogLevel, (message: string, fields?: Record<string, unknown>) => void>

const order: LogLevel[] = ['debug', 'info', 'warn', 'error']

/**
 * Lines of JSON on standard output: `time`, `level`, `from`, `message`, `requestId` when it is written for a
 * request, then the given fields. An `error` field is written with its stack and its causes.
 */
export function openLog(from: string, level: LogLevel, write: (line: string) => void = console.log): Log {
  const line =
    (of: LogLevel) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      if (order.indexOf(of) < order.indexOf(level)) return
      const time = new Date().toISOString()
      write(JSON.stringify({ time, level: of, from, message, requestId: requestId(), ...plain(fields) }))
    }
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') }
}

function plain(fields: Record<string, unknown>) {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, value instanceof Error ? whole(value) : value]),
  )
}

function whole(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${whole(error.cause)}` : ''
  return `${error.stack ?? error.message}${cause}`
}
