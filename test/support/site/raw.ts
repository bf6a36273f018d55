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
  lines.forEach((line, index) => {
    const connection = index < lines.length - 1 ? 'keep-alive' : 'close'
    socket.write(`${line} HTTP/1.1\r\nHost: site.example\r\nConnection: ${connection}\r\n`)
    socket.write(`Content-Length: 0\r\n${head}\r\n`)
  })
  return promise
}

/** What came back, answer by answer. */
export const answersIn = (text: string): string[] => text.split(/(?=HTTP\/1\.1 \d{3} )/).filter(Boolean)

export const statusIn = (answer: string): number => Number(answer.slice(9, 12))
