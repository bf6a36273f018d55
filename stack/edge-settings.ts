import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import {
  ConfigError,
  type Environment,
  environment,
  loosest,
  publicOf,
  wholeNumber,
} from '../src/platform/config.ts'

/** Settings of limits by address, each a whole number from 1 on. */
export const limits = [
  'RATE_SIGN_IN',
  'RATE_SIGN_UP',
  'RATE_REPORTS',
  'RATE_WRITES',
  'RATE_LIKES',
  'RATE_ALL',
  'RATE_CONNECTIONS',
  'READ_BUDGET',
] as const
const most = 1_000_000_000

/**
 * HAProxy reads its settings by itself, and takes some that are wrong: -1 shuts everyone out, an unknown word
 * counts as none. Throws a ConfigError that names the first variable that is wrong.
 */
export function checkLimits(env: Environment = environment): void {
  const whom = env.RATE_LIMITS || 'on'
  if (!['on', 'all', 'off'].includes(whom)) {
    throw new ConfigError(`RATE_LIMITS must be on or all or off, not "${whom}"`)
  }
  for (const name of limits) wholeNumber(env, name, 1, 1, most)
}

/**
 * Throws a ConfigError that names the variable of a word that may not stand in HAProxy's configuration as it
 * was given.
 */
export function checkWords(env: Environment = environment): void {
  if (env.TLS_AT && !/^:\d{1,5}$/.test(env.TLS_AT)) {
    throw new ConfigError(`TLS_AT must be a colon and a port such as :8443, not "${env.TLS_AT}"`)
  }
  if (env.ACME_THUMBPRINT && !/^[\w-]+$/.test(env.ACME_THUMBPRINT)) {
    throw new ConfigError(`ACME_THUMBPRINT must be letters, digits, - and _, not "${env.ACME_THUMBPRINT}"`)
  }
  const wrong = env.TRUSTED_PROXIES?.split(' ').find((each) => each && !isNetwork(each))
  if (wrong !== undefined) {
    throw new ConfigError(
      `TRUSTED_PROXIES must be addresses or networks with spaces between, such as 10.0.0.0/8, not "${wrong}"`,
    )
  }
  const isSpoken = env.PROXY_PROTOCOL || 'off'
  if (isSpoken !== 'on' && isSpoken !== 'off') {
    throw new ConfigError(`PROXY_PROTOCOL must be on or off, not "${isSpoken}"`)
  }
}

function isNetwork(text: string): boolean {
  const [address = '', bits = '0', ...more] = text.split('/')
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  return more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= longest
}

/**
 * Returns what follows the host where plain HTTP leads to TLS, unless `TLS_AT` says so: the port of
 * `TLS_BIND`. Throws a ConfigError.
 */
export function tlsAt(env: Environment = environment): string {
  const { port } = bindIn(env, 'TLS_BIND') ?? { port: 8443 }
  return port === 443 ? '' : `:${port}`
}

/** The certificate, or the folder of them, by which HAProxy speaks TLS. `none` says on purpose: by none. */
export const certificateOf = ({ TLS_CERT }: Environment = environment): string | undefined =>
  TLS_CERT === loosest.TLS_CERT ? undefined : TLS_CERT || undefined

/**
 * Natively HAProxy reads files and addresses of this machine. Throws a ConfigError that names the variable.
 */
export function checkCertificate(env: Environment = environment): void {
  const path = certificateOf(env)
  if (!path) return
  if (!existsSync(path)) throw new ConfigError(`TLS_CERT names a file that is not there: ${path}`)
  const files = statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path]
  const isWhole = (file: string) => {
    const pem = readFileSync(file, 'utf8')
    return pem.includes('BEGIN CERTIFICATE') && (pem.includes('PRIVATE KEY') || existsSync(`${file}.key`))
  }
  if (!files.some((file) => statSync(file).isFile() && isWhole(file))) {
    throw new ConfigError(`TLS_CERT must hold a certificate and its key as PEM: ${path}`)
  }
}

/**
 * Where visitors on this machine find the board: at `--port`, unless `HTTP_BIND` decides. Throws a
 * ConfigError.
 */
export function boardAddress(port: number, env: Environment = environment): { host: string; port: number } {
  const loopback = '127.0.0.1'
  bindIn(env, 'TLS_BIND')
  const bind = bindIn(env, 'HTTP_BIND')
  if (!bind) return { host: loopback, port }
  const isAny = ['', '*', '0.0.0.0', '::', '[::]'].includes(bind.host)
  return { host: isAny ? loopback : bind.host, port: bind.port }
}

/**
 * The board's address for whoever sits at this machine: with TLS_CERT the one where TLS is spoken. Throws a
 * ConfigError.
 */
export function boardUrl(port: number, env: Environment = environment): string {
  const plain = boardAddress(port, env)
  if (!certificateOf(env)) return `http://${plain.host}:${plain.port}`
  const { host, port: at } = boardAddress(8443, { HTTP_BIND: env.TLS_BIND })
  return at === 443 ? `https://${host}` : `https://${host}:${at}`
}

/**
 * Where other machines reach a board that runs natively: what is no loopback of `HTTP_BIND` and, with TLS,
 * `TLS_BIND`.
 */
export function publishedNatively(env: Environment = environment): string {
  const tls = certificateOf(env) ? [env.TLS_BIND || '*:8443'] : []
  return publicOf([env.HTTP_BIND ?? '', ...tls].join(',')).join(',')
}

/**
 * Returns what `HTTP_BIND` is for Docker, as in `80` or `192.0.2.1:80`; nothing where the board is published
 * on loopback at `--port`. Throws a ConfigError that names the variable.
 */
export function publishedByDocker(env: Environment = environment): string {
  if (env.AGORA_PUBLISH) {
    throw new ConfigError(
      'AGORA_PUBLISH is for docker compose alone: give ./agora up HTTP_BIND, such as *:80',
    )
  }
  const bind = bindIn(env, 'HTTP_BIND')
  if (!bind || publicOf(`${bind.host}:${bind.port}`).length === 0) return ''
  if (env.HTTP_BIND?.includes(',')) {
    throw new ConfigError(`HTTP_BIND must be one address in containers, not "${env.HTTP_BIND}"`)
  }
  return ['', '*'].includes(bind.host) ? `${bind.port}` : `${bind.host}:${bind.port}`
}

/**
 * The first of the addresses that a bind of HAProxy lists, such as `*:80` or `192.0.2.1:80,[2001:db8::1]:80`.
 */
function bindIn(env: Environment, name: string): { host: string; port: number } | undefined {
  const text = env[name]
  if (!text) return undefined
  const [, host = '', digits = ''] = /^(?:ipv[46]@)?([^\s,]*):(\d{1,5})(?:,|$)/.exec(text) ?? []
  const port = Number(digits)
  if (port < 1 || port > 65_535)
    throw new ConfigError(`${name} must be an address such as *:80, not "${text}"`)
  return { host, port }
}
