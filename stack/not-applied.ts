import { type Environment, environment } from '../src/platform/config.ts'
import { sha256 } from '../src/platform/sha256.ts'
import { passedOn } from './passed-settings.ts'
import type { UpOptions } from './stack.ts'

/** What a stack that runs was started with. */
export type Applied = Pick<UpOptions, 'port' | 'replicas' | 'autoscale'> & { settings: Environment }

/**
 * Settings that a stack reads at its start, as they are at this moment. Of a secret its SHA-256: it is only
 * asked whether another one was given.
 */
export const settingsNow = (env: Environment = environment): Environment =>
  Object.fromEntries(settings.map((name) => [name, secrets.includes(name) ? digestOf(env[name]) : env[name]]))

const digestOf = (secret: string | undefined) => (secret ? sha256(secret) : '')

const secrets: string[] = ['OIDC_CLIENT_SECRET', 'SMTP_URL']

const settings: string[] = [
  ...passedOn.filter((name) => name !== 'SAMPLE'),
  ...['HTTP_BIND', 'TLS_BIND', 'REPLICA_MAX_MB', 'SMTP_URL'],
  ...['SCALE_POLICY', 'SCALE_MIN', 'SCALE_MAX', 'SCALE_WINDOW_SECONDS', 'SCALE_STEP'],
]

/** Returns what was typed or set and is not so, in words; undefined when all is as it was asked for. */
export function notApplied(
  { typed, ...asked }: Pick<UpOptions, 'typed' | 'port' | 'replicas' | 'autoscale'>,
  applied: Partial<Applied>,
  env: Environment = environment,
): string | undefined {
  const options = typed.flatMap((option) => {
    if (option === '--port') return differs(option, asked.port, applied.port)
    if (option === '--replicas') return differs(option, asked.replicas, applied.replicas)
    return differs(option, asked.autoscale, applied.autoscale) && applied.autoscale ? [option] : []
  })
  const { settings: now } = applied
  const changed = now
    ? settings.flatMap((name) => {
        if (!env[name]) return []
        return secrets.includes(name)
          ? secretDiffers(name, digestOf(env[name]), now[name])
          : differs(name, env[name], now[name] || 'unset')
      })
    : []
  if (options.length + changed.length === 0) return undefined
  const what = [...options, ...changed].join(', ')
  return `Not applied, because it runs: ${what}. ./agora down, then up, applies them.`
}

function differs(name: string, asked: unknown, now: unknown): string[] {
  if (now === undefined || asked === now) return []
  return [`${name}${name.startsWith('--') ? ' ' : '='}${asked} (it is ${now})`]
}

/** A stack that the release before started knows nothing of its secrets. */
const secretDiffers = (name: string, asked: string, now: string | undefined): string[] =>
  now === undefined || asked === now ? [] : [`${name} (it is ${now === '' ? 'unset' : 'another'})`]
