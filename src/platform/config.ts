import { hostname } from 'node:os'
import { eachHost } from './hosts.ts'
import { type Identity, identityIn, withIdentity } from './identity.ts'
import { isCurrency, isTimeZone } from './known-names.ts'

/** The environment as a program was given it. This file is the only one that reads it. */
export type Environment = Record<string, string | undefined>
export const environment: Environment = process.env

/** A setting is missing or wrong; the message is the one line a person needs to mend it. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

export type Role = 'web' | 'accounts' | 'admin'
export type LikesPolicy = 'open' | 'once'
type CategoriesPolicy = 'admins' | 'members'
export type ReadPolicy = 'everyone' | 'members'
/** How one becomes a member: by a form, an invitation, an application that an admin decides; or not. */
export const signUpLaws = ['open', 'invite', 'apply', 'closed'] as const
export type SignUpLaw = (typeof signUpLaws)[number]
/** What the front page begins with: the newest posts, hot ones, the categories, or a welcome for everyone. */
export const siteFronts = ['new', 'hot', 'categories', 'welcome'] as const
export type SiteFront = (typeof siteFronts)[number]
/** Letters that systems have: nothing is loaded for them. */
export const siteFonts = ['usual', 'plain', 'serif', 'humanist', 'round'] as const
export type SiteFont = (typeof siteFonts)[number]

/** The settings of a replica. */
export type Config = {
  role: Role
  /**
   * Shown at the top left of each page and in `X-Served-By`: the host's name unless `REPLICA_NAME` says
   * otherwise.
   */
  name: string
  host: string
  port: number
  databaseUrl: string
  databaseConnections: number
  redisUrl: string
  /** Base addresses of all batchers; a post belongs to one of them. */
  batchers: string[]
  /** The secret of replicas and batchers. Undefined: batchers take anybody. */
  batcherSecret: string | undefined
  /** What a node of a cluster shows to the others. Undefined: this is none. */
  identity: Identity | undefined
  /** Address of what searches for this replica. Undefined: nothing does. */
  search: string | undefined
  likes: LikesPolicy
  /** Who adds categories on the board and over REST. The acts API has its own rule. */
  categories: CategoriesPolicy
  /** What the board is called until an admin says otherwise. */
  siteName: string
  /** What the front page shows, and in which letters pages are set, until an admin says otherwise. */
  siteFront: SiteFront
  siteFont: SiteFont
  /** Who sees which replica drew a page, and which store knew what is on it. */
  showReplica: 'everyone' | 'admins'
  /** Whom the public log of moderators names. */
  moderationNames: 'nobody' | 'moderators'
  /** In which the board's days and times are written, of the IANA's data base. */
  timeZone: string
  /** The market's one currency, by its ISO 4217 code. */
  currency: string
  /** Who reads the board. */
  read: ReadPolicy
  /** How one becomes a member, until an admin sets it. */
  signUp: SignUpLaw
  /** Who may do what they may only with a second factor. */
  requires2fa: 'nobody' | 'admins' | 'moderators'
  /** Where members may sign in as well, by OpenID Connect. Undefined: nowhere. */
  signOn: SignOnSettings | undefined
  /** Anyone may write through `/api/v1`. */
  actsApiOpen: boolean
  /**
   * Names, beside addresses and localhost, by which it is open to anyone. Undefined: by any, as others are
   * meant to reach the board.
   */
  actsApiHosts: string[] | undefined
  /** `POST /api/v1/_crash` works. */
  chaos: boolean
  /** Who sees `/logs`; `off`: nothing is noted. */
  logs: 'public' | 'admin' | 'off'
  /** HAProxy's address as replicas reach it, for calls from one service to another. */
  balancerUrl: string
  /** How long a stopping replica answers 503 to health checks before it begins to end. */
  drainMs: number
  /** How long whoever sends it something then, or is being answered, may go on. */
  graceSeconds: number
  /** The largest request body taken, in bytes. */
  maxBodyBytes: number
  /** Password hashes worked on at a time; each takes 19 MiB and a core for some 50 ms. */
  passwordsAtOnce: number
  /** Uploaded pictures decoded at a time; each may take 240 MB. */
  picturesAtOnce: number
  /** A picture whose decoding takes longer is refused. */
  pictureSeconds: number
  /** Open streams of live updates; who comes beyond them reloads to see what changed. */
  liveStreams: number
  /** A request that takes as long as this, or longer, is logged. */
  slowRequestMs: number
  push: PushPolicy
  /** Mail is sent, with links that begin like this. Undefined: none is. */
  mail: { siteUrl: string } | undefined
  logLevel: LogLevel
}

export type SignOnSettings = {
  issuer: string
  clientId: string
  /** Undefined: the board is a public client, which PKCE alone protects. */
  clientSecret: string | undefined
  /** What people call it. */
  name: string
  /** Nobody signs in or joins by a password. */
  isOnly: boolean
  /** The claim that lists somebody's groups. */
  groupsClaim: string
  /** The group whose members are admins here. Undefined: none makes admins. */
  adminGroup: string | undefined
  /** The group whose members keep order on the whole board. Undefined: none makes moderators. */
  moderatorGroup: string | undefined
}

/**
 * Whether notices go to browsers by web push; `private`: to push services at addresses that only this network
 * reaches, too.
 */
export type PushPolicy = 'on' | 'private' | 'off'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** The settings of a batcher. */
export type BatcherConfig = {
  name: string
  host: string
  port: number
  databaseUrl: string
  redisUrl: string
  /** The secret that replicas have to show. Undefined: anybody is served. */
  secret: string | undefined
  /** With one it speaks TLS alone, and only with the other nodes of its cluster. */
  identity: Identity | undefined
  /** The journal's file, or `mysql`. */
  journal: string
  likes: LikesPolicy
  /** A post is due when more than this many likes wait for it. */
  flushLikes: number
  /** A post is due when its oldest like has waited this long. */
  flushSeconds: number
  /** Flushes start at most this often. */
  flushEveryMs: number
  /** Beyond this many waiting likes new ones are answered 503. */
  maxWaiting: number
  /** Beyond this many idempotency keys within a day the oldest are forgotten early. */
  maxKeys: number
  logLevel: LogLevel
}

/** What a courier runs on. */
export type CourierConfig = {
  name: string
  host: string
  port: number
  databaseUrl: string
  /** Undefined where no mail is sent. */
  mail: MailConfig | undefined
  push: PushPolicy
  /** Where push services tell the operator of trouble: an address of mail, or the board's. */
  contact: string
  /** In MB: one that takes more memory starts anew. */
  maxMb: number
  logLevel: LogLevel
}

/** How a courier sends mail. */
export type MailConfig = {
  /** What links in mails begin with, without a slash at the end. */
  siteUrl: string
  from: MailSender
  way: MailWay
}

/** As whom mail is sent: a name, which may be empty, and an address. */
export type MailSender = { name: string; address: string }

/** Where mail goes: to a server by SMTP, or as files into a folder. */
type MailWay = { is: 'smtp'; server: SmtpServer } | { is: 'folder'; folder: string }

export type SmtpServer = {
  host: string
  port: number
  /** TLS from the first byte on; else STARTTLS where the server offers it. */
  isTls: boolean
  /** Who the server is must be proven by its certificate. */
  isVerified: boolean
  login: { user: string; pass: string } | undefined
}

/** What a process that searches runs on. */
export type SearchConfig = {
  name: string
  host: string
  port: number
  databaseUrl: string
  /** The file of its index. */
  file: string
  logLevel: LogLevel
}

/**
 * Returns what holds of those settings that let more people in, or further, by default than by some other
 * value. Throws a ConfigError that names the first that is wrong.
 */
export function boardLaws(env: Environment = environment) {
  const isPlayground = isReachedFromHereAlone(env)
  return {
    READ: oneOf(env, 'READ', ['everyone', 'members'], loosest.READ),
    SIGN_UP: signUp(env),
    LIKES: oneOf(env, 'LIKES', ['open', 'once'], loosest.LIKES),
    REQUIRE_2FA: oneOf(env, 'REQUIRE_2FA', ['nobody', 'admins', 'moderators'], loosest.REQUIRE_2FA),
    OIDC_ONLY: oneOf(env, 'OIDC_ONLY', ['on', 'off'], loosest.OIDC_ONLY),
    ACTS_API: oneOf(env, 'ACTS_API', ['open', 'closed'], isPlayground ? loosest.ACTS_API : 'closed'),
    LOGS: oneOf(env, 'LOGS', ['public', 'admin', 'off'], isPlayground ? loosest.LOGS : 'admin'),
    TLS_CERT: env.TLS_CERT || loosest.TLS_CERT,
  }
}

/** Of these settings the value that lets in most. */
export const loosest = {
  READ: 'everyone',
  SIGN_UP: 'open',
  LIKES: 'open',
  REQUIRE_2FA: 'nobody',
  OIDC_ONLY: 'off',
  ACTS_API: 'open',
  LOGS: 'public',
  /** HAProxy speaks no TLS: who is on the way reads along. */
  TLS_CERT: 'none',
} as const
export type Law = keyof typeof loosest
export const laws = Object.keys(loosest) as Law[]

/** Reads a replica's settings. Throws a ConfigError that names the first variable that is wrong. */
export function replicaConfig(env: Environment = environment): Config {
  const isPlayground = isReachedFromHereAlone(env)
  const held = boardLaws(env)
  refuseOpenInPublic(env)
  return {
    role: oneOf(env, 'ROLE', ['web', 'accounts', 'admin'], 'web'),
    name: env.REPLICA_NAME || hostname(),
    host: env.HOST || '0.0.0.0',
    port: wholeNumber(env, 'PORT', 3000, 0, 65_535),
    databaseUrl: databaseUrl(env),
    databaseConnections: wholeNumber(env, 'DATABASE_CONNECTIONS', 10, 1, 1_000),
    redisUrl: hosts(env, 'REDIS_URL', ['redis:', 'rediss:', 'redis+sentinel:', 'rediss+sentinel:']),
    batchers: urls(env, 'BATCHERS'),
    batcherSecret: env.BATCHER_SECRET || undefined,
    identity: identity(env),
    search: env.SEARCH ? url(env, 'SEARCH', ['http:']).replace(/\/$/, '') : undefined,
    likes: held.LIKES,
    categories: oneOf(env, 'CATEGORIES', ['admins', 'members'], 'admins'),
    siteName: siteName(env),
    siteFront: oneOf(env, 'SITE_FRONT', siteFronts, 'new'),
    siteFont: oneOf(env, 'SITE_FONT', siteFonts, 'usual'),
    showReplica: oneOf(env, 'SHOW_REPLICA', ['everyone', 'admins'], isPlayground ? 'everyone' : 'admins'),
    moderationNames: oneOf(env, 'MODERATION_NAMES', ['nobody', 'moderators'], 'nobody'),
    timeZone: timeZone(env),
    currency: currency(env),
    read: held.READ,
    signUp: held.SIGN_UP,
    requires2fa: held.REQUIRE_2FA,
    signOn: signOn(env),
    actsApiOpen: held.ACTS_API === 'open',
    actsApiHosts: isPlayground ? hostsOf(env.SITE_URL) : undefined,
    chaos: oneOf(env, 'CHAOS', ['on', 'off'], 'off') === 'on',
    logs: held.LOGS,
    balancerUrl: url(env, 'BALANCER_URL', ['http:', 'https:'], 'http://haproxy:8080'),
    ...draining(env),
    maxBodyBytes: wholeNumber(env, 'MAX_BODY_BYTES', 16 * 1024 * 1024, 1_024, 1024 ** 3),
    passwordsAtOnce: wholeNumber(env, 'PASSWORDS_AT_ONCE', 2, 1, 64),
    picturesAtOnce: wholeNumber(env, 'PICTURES_AT_ONCE', 1, 1, 64),
    pictureSeconds: wholeNumber(env, 'PICTURE_SECONDS', 10, 1, 20),
    liveStreams: wholeNumber(env, 'LIVE_STREAMS', 10_000, 0, 1_000_000),
    slowRequestMs: wholeNumber(env, 'SLOW_REQUEST_MS', 1_000, 0, 600_000),
    push: pushPolicy(env),
    mail: mailKind(env) === 'off' ? undefined : { siteUrl: siteUrl(env) },
    logLevel: logLevel(env),
  }
}

/**
 * How a replica ends. HAProxy takes 1.5 s at worst to see that one drains: it asks each second, and after 0.5
 * s again. Throws a ConfigError that names the variable.
 */
export const draining = (env: Environment = environment) => ({
  drainMs: wholeNumber(env, 'DRAIN_MS', 3_000, 0, 60_000),
  graceSeconds: wholeNumber(env, 'GRACE_SECONDS', 60, 1, 3_600),
})

/** Reads a batcher's settings. Throws a ConfigError that names the first variable that is wrong. */
export function batcherConfig(env: Environment = environment): BatcherConfig {
  return {
    name: env.BATCHER_NAME || 'batcher-1',
    host: env.HOST || '0.0.0.0',
    port: wholeNumber(env, 'PORT', 4000, 0, 65_535),
    databaseUrl: databaseUrl(env),
    redisUrl: hosts(env, 'REDIS_URL', ['redis:', 'rediss:', 'redis+sentinel:', 'rediss+sentinel:']),
    secret: env.BATCHER_SECRET || undefined,
    identity: identity(env),
    journal: required(env, 'JOURNAL'),
    likes: oneOf(env, 'LIKES', ['open', 'once'], 'open'),
    flushLikes: wholeNumber(env, 'FLUSH_LIKES', 10, 0, 1_000_000),
    flushSeconds: wholeNumber(env, 'FLUSH_SECONDS', 60, 0, 86_400),
    flushEveryMs: wholeNumber(env, 'FLUSH_EVERY_MS', 200, 1, 60_000),
    maxWaiting: wholeNumber(env, 'MAX_WAITING', 5_000_000, 1, 100_000_000),
    maxKeys: wholeNumber(env, 'MAX_KEYS', 10_000_000, 100_000, 1_000_000_000),
    logLevel: logLevel(env),
  }
}

/** Reads a courier's settings. Throws a ConfigError that names the first variable that is wrong. */
export function courierConfig(env: Environment = environment): CourierConfig {
  return {
    name: env.COURIER_NAME || hostname(),
    host: env.HOST || '0.0.0.0',
    port: wholeNumber(env, 'PORT', 5000, 0, 65_535),
    databaseUrl: databaseUrl(env),
    mail: mailConfig(env),
    push: pushPolicy(env),
    contact: contactOf(env),
    maxMb: wholeNumber(env, 'COURIER_MAX_MB', 256, 1, 1_000_000),
    logLevel: logLevel(env),
  }
}

const pushPolicy = (env: Environment) => oneOf(env, 'PUSH', ['on', 'private', 'off'], 'on')

/** RFC 8292, 2.1. */
function contactOf(env: Environment): string {
  if (env.MAIL_FROM) return `mailto:${mailSender(env).address}`
  return env.SITE_URL?.startsWith('https:') ? siteUrl(env) : 'mailto:board@localhost'
}

function mailConfig(env: Environment): MailConfig | undefined {
  const kind = mailKind(env)
  if (kind === 'off') return undefined
  return {
    siteUrl: siteUrl(env),
    from: mailSender(env),
    way:
      kind === 'folder'
        ? { is: 'folder', folder: required(env, 'MAIL_FOLDER') }
        : { is: 'smtp', server: smtpServer(env) },
  }
}

/** Whether and how mail is sent. Throws a ConfigError that names the variable. */
export const mailKind = (env: Environment): 'off' | 'folder' | 'smtp' =>
  oneOf(env, 'MAIL', ['off', 'folder', 'smtp'], env.SMTP_URL ? 'smtp' : 'off')

function siteName(env: Environment): string {
  const name = (env.SITE_NAME || 'Agora').trim()
  if (/^\P{C}{1,60}$/u.test(name)) return name
  throw new ConfigError('SITE_NAME must be one line of 1 to 60 characters')
}

/** Returns what the links in mails begin with, without a slash at the end. Throws a ConfigError. */
export function siteUrl(env: Environment): string {
  const value = url(env, 'SITE_URL', ['http:', 'https:'])
  const { origin, href } = new URL(value)
  if (href !== `${origin}/`) {
    throw new ConfigError(`SITE_URL must be the board's address alone, such as ${origin}, not "${value}"`)
  }
  return origin
}

/** The address that mails come from, `board@example.org` or `Our board <board@example.org>`. */
export function mailSender(env: Environment): MailSender {
  const value = required(env, 'MAIL_FROM')
  const [, name = '', bracketed, bare] = /^(?:([^<>]*?)\s*<([^<>\s]+)>|([^<>\s]+))$/.exec(value.trim()) ?? []
  const address = bracketed ?? bare ?? ''
  if (/[\p{Cc}"\\]/u.test(name) || !/^[!-?A-~]+@[a-z\d-]+(\.[a-z\d-]+)*$/i.test(address)) {
    throw new ConfigError(
      'MAIL_FROM must be an address such as board@example.org, or Our board <board@example.org>',
    )
  }
  return { name, address }
}

/**
 * The server that `SMTP_URL` names. Its password goes over the wire only in TLS, and who it is given to is
 * proven by a certificate, unless the server is this machine itself or the address says `?verify=off`.
 */
export function smtpServer(env: Environment): SmtpServer {
  const {
    protocol,
    hostname: host,
    port,
    username,
    password,
    pathname,
    search,
  } = new URL(url(env, 'SMTP_URL', ['smtp:', 'smtps:']))
  const isPlain = ['', '/'].includes(pathname) && ['', '?verify=off'].includes(search)
  if (!host || !isPlain || Boolean(username) !== Boolean(password)) {
    throw new ConfigError(
      'SMTP_URL must be like smtp://user:password@mail.example.org:587, or smtps:// for TLS at once',
    )
  }
  const isTls = protocol === 'smtps:'
  return {
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port) || (isTls ? 465 : username ? 587 : 25),
    isTls,
    isVerified: search === '' && !isLoopback(`${host}:1`),
    login: username ? { user: decoded(username), pass: decoded(password) } : undefined,
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new ConfigError('SMTP_URL must have a percent sign in its name or password written as %25')
  }
}

/** Reads the settings of a process that searches. Throws a ConfigError that names the first that is wrong. */
export function searchConfig(env: Environment = environment): SearchConfig {
  return {
    name: env.SEARCH_NAME || 'search-1',
    host: env.HOST || '0.0.0.0',
    port: wholeNumber(env, 'PORT', 4100, 0, 65_535),
    databaseUrl: databaseUrl(env),
    file: required(env, 'SEARCH_INDEX'),
    logLevel: logLevel(env),
  }
}

/** Reads where members may sign in as well. Throws a ConfigError that names the variable. */
function signOn(env: Environment): SignOnSettings | undefined {
  const isOnly = boardLaws(env).OIDC_ONLY === 'on'
  if (!env.OIDC_ISSUER) {
    const alone = [isOnly && 'OIDC_ONLY', env.OIDC_CLIENT_ID && 'OIDC_CLIENT_ID'].find(Boolean)
    if (alone) throw new ConfigError(`${alone} needs OIDC_ISSUER, the address of the sign-in service`)
    return undefined
  }
  const issuer = url(env, 'OIDC_ISSUER', ['https:', 'http:'])
  const { protocol, hostname: host, port } = new URL(issuer)
  if (protocol === 'http:' && !isLoopback(`${host}:${port || 80}`))
    throw new ConfigError('OIDC_ISSUER must start with https://, unless it is on this machine itself')
  return {
    issuer,
    clientId: required(env, 'OIDC_CLIENT_ID'),
    clientSecret: env.OIDC_CLIENT_SECRET || undefined,
    name: env.OIDC_NAME || host,
    isOnly,
    groupsClaim: env.OIDC_GROUPS || 'groups',
    adminGroup: env.OIDC_ADMINS || undefined,
    moderatorGroup: env.OIDC_MODERATORS || undefined,
  }
}

function signUp(env: Environment): SignUpLaw {
  const law = oneOf(env, 'SIGN_UP', signUpLaws, loosest.SIGN_UP)
  if (law === 'apply' && env.OIDC_ONLY === 'on')
    throw new ConfigError('SIGN_UP=apply asks for a password, which nobody has with OIDC_ONLY=on')
  return law
}

/** What opens a board to everybody, and what everybody could do then. */
const opening = {
  ACTS_API: ['open', 'anyone could write and delete'],
  LOGS: ['public', 'anyone could see every call'],
  CHAOS: ['on', 'anyone could break the replicas'],
} as const
type Opening = keyof typeof opening

/** Other machines reach the board at none of its addresses. Where nobody said which it has, they do. */
const isReachedFromHereAlone = (env: Environment) =>
  env.PUBLISHED !== undefined && publicOf(env.PUBLISHED).length === 0 && !env.TRUSTED_PROXIES

/**
 * Of the addresses with ports that a list names, such as `*:80,[::1]:80`, those that other machines reach.
 */
export function publicOf(list: string): string[] {
  return list.split(/[,\s]+/).filter((each) => each && !isLoopback(each))
}

const isLoopback = (address: string) => /^(ipv[46]@)?(127(\.\d+){3}|\[?::1\]?|localhost):\d+$/.test(address)

/**
 * Refuses settings of a playground where others reach it, unless it is said a second time, as meant
 * so.
 */
function refuseOpenInPublic(env: Environment): void {
  const names = Object.keys(opening) as Opening[]
  const meant = (env.OPEN_IN_PUBLIC ?? '').split(/[,\s]+/).filter(Boolean)
  const unknown = meant.find((name) => !names.some((each) => each === name))
  if (unknown) throw new ConfigError(`OPEN_IN_PUBLIC must be of ${names.join(', ')}, not "${unknown}"`)
  if (env.PUBLISHED === undefined || isReachedFromHereAlone(env)) return
  for (const name of names) {
    const [word, what] = opening[name]
    if (env[name] !== word || meant.includes(name)) continue
    const where = publicOf(env.PUBLISHED).join(' and ') || 'a proxy'
    throw new ConfigError(
      `${name}=${word} while others reach the board (${where}): ${what}. Leave it out, or add OPEN_IN_PUBLIC=${name}`,
    )
  }
}

const hostsOf = (site: string | undefined) => (site && URL.canParse(site) ? [new URL(site).hostname] : [])

function currency(env: Environment): string {
  const code = env.CURRENCY || 'EUR'
  if (!isCurrency(code)) {
    throw new ConfigError(`CURRENCY must be a code of three capital letters such as EUR, not "${code}"`)
  }
  return code
}

function timeZone(env: Environment): string {
  const name = env.TIME_ZONE || 'UTC'
  if (!isTimeZone(name))
    throw new ConfigError(`TIME_ZONE must be a name such as Europe/Berlin, not "${name}"`)
  return name
}

const logLevel = (env: Environment) => oneOf(env, 'LOG_LEVEL', ['debug', 'info', 'warn', 'error'], 'info')

function required(env: Environment, name: string, fallback?: string): string {
  const value = env[name] || fallback
  if (value === undefined) throw new ConfigError(`${name} is not set`)
  return value
}

function oneOf<T extends string>(env: Environment, name: string, allowed: readonly T[], fallback: T): T {
  const value = env[name] || fallback
  const found = allowed.find((each) => each === value)
  if (found === undefined) throw new ConfigError(`${name} must be ${allowed.join(' or ')}, not "${value}"`)
  return found
}

/** A whole number from `min` to `max`, or `fallback` where the variable is unset. */
export function wholeNumber(
  env: Environment,
  name: string,
  fallback: number,
  min: number,
  max: number,
): number {
  const text = env[name]
  if (!text) return fallback
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= min && value <= max)) {
    throw new ConfigError(`${name} must be a whole number from ${min} to ${max}, not "${text}"`)
  }
  return value
}

function url(env: Environment, name: string, protocols: string[], fallback?: string): string {
  const value = required(env, name, fallback)
  // The value may hold a password, so it is not repeated in the message.
  if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol)) {
    throw new ConfigError(
      `${name} must be an address that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`,
    )
  }
  return value
}

const databaseUrl = (env: Environment) => withIdentity(hosts(env, 'DATABASE_URL', ['mysql:']), identity(env))

/** Returns what a node of a cluster shows to the others. Throws a ConfigError. */
export function identity(env: Environment = environment): Identity | undefined {
  if (!env.CLUSTER_TLS) return undefined
  try {
    return identityIn(env.CLUSTER_TLS)
  } catch (error) {
    const reason = error instanceof Error ? error.message : error
    throw new ConfigError(`CLUSTER_TLS must be a folder with what agora-server cluster made (${reason})`)
  }
}

/** An address that may name several servers. */
function hosts(env: Environment, name: string, protocols: string[]): string {
  const value = required(env, name)
  const each = eachHost(value)
  for (const one of each) url({ [name]: one }, name, protocols)
  if (new Set(each).size !== each.length) throw new ConfigError(`${name} names a server twice`)
  if (each.length > 1 && /^rediss?:/.test(value))
    throw new ConfigError(`${name} names several servers, so it must start with redis+sentinel://`)
  if (each.some((one) => /^rediss?\+sentinel:\/\/[^/]*\/?$/.test(one)))
    throw new ConfigError(
      `${name} needs the name that Sentinels know the servers by, as in redis+sentinel://host/name`,
    )
  return value
}

function urls(env: Environment, name: string): string[] {
  const list = required(env, name)
    .split(',')
    .map((each) => each.trim().replace(/\/$/, ''))
    .filter(Boolean)
  const each = list.flatMap((place) => place.split('|'))
  for (const one of each) url({ [name]: one }, name, ['http:', 'https:'])
  if (new Set(each).size !== each.length) throw new ConfigError(`${name} names an address twice`)
  if (list.length === 0) throw new ConfigError(`${name} is not set`)
  return list
}
