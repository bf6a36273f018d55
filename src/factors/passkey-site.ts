import { isIP } from 'node:net'
import type { Context } from '../context.ts'
import { siteOf } from '../http/page-context.ts'

/**
 * Where passkeys are made for and used: browsers tie each to a name, and never to an address of digits, and
 * want TLS for all but `localhost`. `fault` says what is missing, `elsewhere` that they work at `origin`,
 * from where this request does not come, `off` that everybody signs in at the other service alone.
 */
export type PasskeySite =
  | { origin: string; name: string; fault?: undefined }
  | { fault: PasskeyFault; origin: string }

export type PasskeyFault = 'address' | 'plain' | 'elsewhere' | 'off'

export function passkeySite({ config }: Context, request: Request): PasskeySite {
  const here = siteOf(request)
  if (config.signOn?.isOnly) return { fault: 'off', origin: here }
  const siteUrl = config.mail?.siteUrl
  // A board on loopback is called by its address unless somebody says otherwise.
  const origin = siteUrl && faultOf(siteUrl) === undefined ? siteUrl : here
  const fault = faultOf(origin) ?? (origin === here ? undefined : 'elsewhere')
  return fault ? { fault, origin } : { origin, name: new URL(origin).hostname }
}

function faultOf(origin: string): 'address' | 'plain' | undefined {
  const { hostname, protocol } = new URL(origin)
  if (isIP(hostname.replace(/^\[|\]$/g, ''))) return 'address'
  const isLocal = hostname === 'localhost' || hostname.endsWith('.localhost')
  return protocol === 'https:' || isLocal ? undefined : 'plain'
}
