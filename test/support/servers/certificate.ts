import { join } from 'node:path'
import { run } from './processes.ts'

/** Makes a certificate for an address of this machine, signed by nobody else. Returns its files. */
export async function certificate(folder: string, address: string): Promise<{ key: string; cert: string }> {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const { code, output } = await run([
    ...['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
    ...['-addext', `subjectAltName=IP:${address}`, '-keyout', key, '-out', cert],
  ])
  if (code !== 0) throw new Error(output)
  return { key, cert }
}
