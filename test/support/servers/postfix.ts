import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { canInstall } from '../../../stack/native/install-programs.ts'
import { until } from '../until.ts'
import { certificate } from './certificate.ts'
import { closeAfterTests } from './cleanup.ts'
import { type Running, run, startProcess } from './processes.ts'
import { temporaryFolder } from './reaper.ts'
import { findServer, freePort } from './services.ts'

/**
 * What is said of STARTTLS. `refused`: it is offered, but whoever wants it is told that it does not work;
 * `required`: nothing else is answered before.
 */
type Starttls = 'none' | 'offered' | 'required' | 'refused'

/** A real postfix, which takes mail to bo at board.example and puts it into that mailbox. */
export type Postfix = {
  port: number
  /** The file of the certificate that proves that it is 0.0.0.0. */
  certificate: string
  /** The mails in the mailbox. */
  mailbox(): string[]
  stop(): Promise<void>
  /** On the same port, with what it had; `starttls`: from now on. */
  start(starttls?: Starttls): Promise<void>
}

/** Who mailboxes belong to: postfix gives no mail to root. */
const nobody = 65_534

/** Its own programs run as users of their own. Where it would drive another mail server out it stays away. */
export function mayRunPostfix(): boolean {
  if (process.getuid?.() !== 0) return false
  return findServer('postfix') !== null || (canInstall() && findServer('sendmail') === null)
}

export async function startPostfix(starttls: Starttls = 'offered'): Promise<Postfix> {
  const port = await freePort()
  const folder = temporaryFolder()
  // Its own users have to pass.
  chmodSync(folder, 0o755)
  const { key, cert } = await certificate(folder, '0.0.0.0')
  const mail = join(folder, 'mail')
  for (const each of ['data', 'queue', 'mail']) mkdirSync(join(folder, each))
  chownSync(mail, nobody, nobody)
  await done(['chown', 'postfix', join(folder, 'data')])
  const set = (is: Starttls) =>
    writeFileSync(join(folder, 'main.cf'), mainSettings(folder, { starttls: is, key, cert }))
  set(starttls)
  writeFileSync(join(folder, 'master.cf'), services(port))
  await done([server('postfix'), '-c', folder, 'check'])
  const programs = (await done([server('postconf'), '-h', 'daemon_directory'])).trim()

  let running: Running
  const start = async (is = starttls) => {
    set(is)
    running = startProcess([join(programs, 'master'), '-c', folder, '-s'])
    await until(async () => !running.isRunning() || (await greeting(port)).startsWith('220 '))
    if (!running.isRunning()) throw new Error(`postfix ended at once:\n${running.output()}`)
  }
  await start()
  const delivered = join(mail, 'bo/new')
  return closeAfterTests(
    {
      port,
      certificate: cert,
      mailbox: () => filesIn(delivered).map((file) => readFileSync(join(delivered, file), 'utf8')),
      stop: () => running.stop(),
      start,
    },
    (it) => it.stop(),
  )
}

type Tls = { starttls: Starttls; key: string; cert: string }

function mainSettings(folder: string, { starttls, key, cert }: Tls): string {
  const levels = { none: 'none', offered: 'may', required: 'encrypt', refused: 'may' }
  const settings = {
    compatibility_level: '3.6',
    queue_directory: join(folder, 'queue'),
    data_directory: join(folder, 'data'),
    maillog_file: '/dev/stdout',
    myhostname: 'mail.board.example',
    mydestination: '',
    mynetworks: '127.0.0.0/8',
    inet_protocols: 'ipv4',
    virtual_mailbox_domains: 'board.example',
    virtual_mailbox_base: join(folder, 'mail'),
    virtual_mailbox_maps: 'regexp:{{/^bo[+0-9]*@/ bo/}}',
    virtual_uid_maps: `static:${nobody}`,
    virtual_gid_maps: `static:${nobody}`,
    smtpd_tls_security_level: levels[starttls],
    smtpd_tls_cert_file: cert,
    smtpd_tls_key_file: starttls === 'refused' ? join(folder, 'no-such-key.pem') : key,
    smtpd_tls_received_header: 'yes',
  }
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('')
}

/** Of Debian's master.cf, what such a server needs; without chroot, as each queue is a new folder. */
const services = (port: number) =>
  [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    'postlog unix-dgram n - n - 1 postlogd',
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'proxymap unix - - n - - proxymap',
    'virtual unix - n n - - virtual',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'anvil unix - - n - 1 anvil',
    'scache unix - - n - 1 scache',
    '',
  ].join('\n')

const filesIn = (folder: string) => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function server(name: string): string {
  const found = findServer(name)
  if (!found) throw new Error(`${name} is not installed`)
  return found
}

/** Runs a program to its end. Returns what it printed. */
async function done(command: string[]): Promise<string> {
  const { code, printed, output } = await run(command)
  if (code !== 0) throw new Error(output)
  return printed
}

/** The first that it says. */
async function greeting(port: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: { data: (_, bytes) => resolve(bytes.toString()), close: () => resolve('') },
  })
  return promise.finally(() => socket.end())
}
