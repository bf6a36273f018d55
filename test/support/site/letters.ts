import type { Mail } from '../servers/mail-sink.ts'

/** The path of the link with a secret in a letter, as the board has it. */
export function linkIn(mail: Mail): string {
  const { text } = readMail(mail)
  const [, path] = /https:\/\/board\.example(\/(?:address|password)\/[\w-]{43})/.exec(text) ?? []
  if (!path) throw new Error(`no link in ${text}`)
  return path
}

/** What a letter says, to programs that show no HTML and to those that do. */
export function readMail({ text: source }: Mail): { text: string; html: string } {
  const [, boundary = ''] = /boundary="([^"]+)"/.exec(source) ?? []
  const parts = source.split(`--${boundary}`)
  const part = (type: string) => decoded(parts.find((each) => each.includes(`Content-Type: ${type}`)) ?? '')
  return { text: part('text/plain'), html: part('text/html') }
}

function decoded(part: string): string {
  const at = part.indexOf('\r\n\r\n')
  const [headers, body] = [part.slice(0, at), part.slice(at + 4)]
  if (/^Content-Transfer-Encoding: base64/im.test(headers)) return Buffer.from(body, 'base64').toString()
  if (!/^Content-Transfer-Encoding: quoted-printable/im.test(headers)) return body
  const bytes = body
    .replaceAll('=\r\n', '')
    .replaceAll(/=([\dA-F]{2})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}
