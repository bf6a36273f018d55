import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

/** A form that is sent bit by bit: its head and a part of its body have left. */
export type SlowUpload = {
  /** Resolves when its head and that part are on their way. */
  sent: Promise<void>
  /** Sends the rest. Returns the whole answer as text. */
  finish(): Promise<string>
  /** Resolves when the other side has closed. */
  closed: Promise<void>
}

/** Begins to send a form to `url`, with text enough that no proxy holds all of it back. */
export function beginUpload(url: string, fields: Record<string, string>, headers: string[] = []): SlowUpload {
  const { hostname, port, host, pathname } = new URL(url)
  const body = new URLSearchParams(fields).toString()
  const half = body.length / 2
  const socket = connect(Number(port), hostname)
  const answer = text(socket).catch(() => '')
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.on('error', () => undefined)
  const { promise: sent, resolve: isSent } = Promise.withResolvers<void>()
  socket.write(
    [
      `POST ${pathname} HTTP/1.1`,
      `Host: ${host}`,
      'Content-Type: application/x-www-form-urlencoded',
      `Content-Length: ${body.length}`,
      'Connection: close',
      ...headers,
      '',
      body.slice(0, half),
    ].join('\r\n'),
    () => isSent(),
  )
  return {
    sent,
    finish: () => {
      socket.write(body.slice(half))
      return answer
    },
    closed,
  }
}
