import { BlockList, isIP } from 'node:net'
import type { PushPolicy } from '../platform/config.ts'

/** A browser that a push service reaches. */
export type Browser = { endpoint: string; p256dh: string; auth: string }

const longestEndpoint = 1_000

/**
 * Whether notices may be pushed to an address that a browser has named: over TLS, to a machine with a name.
 * What that name leads to is asked when something is sent. `private`: the operator has a push service of
 * their own, which may be anywhere.
 */
export function isEndpoint(text: string, push: PushPolicy): boolean {
  if (text.length > longestEndpoint || !/^[\x21-\x7e]+$/.test(text) || !URL.canParse(text)) return false
  const { protocol, hostname, username, password, hash } = new URL(text)
  if (protocol !== 'https:' || username + password + hash !== '') return false
  return push === 'private' || isPublicName(hostname)
}

/** Names with a dot in them, which nobody gives to machines at home. */
const isPublicName = (hostname: string) =>
  isIP(hostname.replace(/^\[|\]$/g, '')) === 0 &&
  /^[a-z\d-]+(\.[a-z\d-]+)+$/.test(hostname) &&
  !/\.(localhost|local|internal|intranet|lan|home|arpa|test|invalid|onion)$/.test(hostname)

/**
 * Networks that are somebody's own, or nobody's: the registries of special addresses of the IANA, and what
 * carries an address of the other kind in it.
 */
const notPublic = new BlockList()
for (const [network, prefix] of [
  ...([
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
  ] as const),
  ...([
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.88.99.0', 24],
  ] as const),
  ...([
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
  ] as const),
  ['224.0.0.0', 3] as const,
])
  notPublic.addSubnet(network, prefix)

/** Of version 6 what is given to the public is all in here, but for these. */
const publicV6 = new BlockList()
publicV6.addSubnet('2000::', 3, 'ipv6')
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  notPublic.addSubnet(network, prefix, 'ipv6')

/** Whether everybody reaches this address. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address)
  if (version === 4) return !notPublic.check(address, 'ipv4')
  return version === 6 && publicV6.check(address, 'ipv6') && !notPublic.check(address, 'ipv6')
}

/** The keys of a subscription, in base64url: a point of P-256, and 16 bytes. RFC 8291, 3. */
export const arePushKeys = (p256dh: string, auth: string) =>
  /^B[\w-]{86}$/.test(p256dh) && /^[\w-]{22}$/.test(auth)
