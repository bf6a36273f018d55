import { connect } from 'node:net'

/**
 * Sends requests without a body on one connection, each as in `GET /a/../b`: clients put such an address in
 * order before they send it. Returns all that came back.
 */
export function sendRaw(
  url: string,
  lines: string[],
  { from, head = '' }: { from?: string; head?: string } = {},
): Promise<string> {
  const requests = lines.map((line, index) => {
    const connection = index < lines.length - 1 ? 'keep-alive' : 'close'
    return `${line} HTTP/1.1\r\nHost: site.example\r\nConnection: ${connection}\r\nContent-Length: 0\r\n${head}\r\n`
  })
  return sendText(url, requests.join(''), from)
}

/** Sends this as it is on a connection of its own. Returns all that came back until that was closed. */
export function sendText(url: string, sent: string, from?: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const { hostname, port } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const socket = connect({ host, port: Number(port), ...(from && { localAddress: from }) })
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  socket.on('close', () => resolve(text))
  socket.on('error', reject)
  socket.write(sent)
  return promise
}

/** What came back, answer by answer. */
export const answersIn = (text: string): string[] => text.split(/(?=HTTP\/1\.1 \d{3} )/).filter(Boolean)

export const statusIn = (answer: string): number => Number(answer.slice(9, 12))
