import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dataPaths } from '../../../stack/data-folder.ts'
import type { Stack } from '../servers/stack.ts'
import { until } from '../until.ts'

/** Mails to an address, in order, which a stack on loopback writes into its data folder. */
export function mailsTo({ data }: Pick<Stack, 'data'>, address: string): string[] {
  const { mail } = dataPaths(data)
  if (!existsSync(mail)) return []
  return readdirSync(mail)
    .filter((name) => name.endsWith('.eml'))
    .sort()
    .map((name) => readFileSync(`${mail}/${name}`, 'utf8').replaceAll('=\r\n', ''))
    .filter((text) => text.includes(`\r\nTo: ${address}\r\n`))
}

/** The path of the link of a kind that was mailed to an address, when it is there. */
export async function mailedLink(
  stack: Stack,
  address: string,
  kind: 'address' | 'password',
): Promise<string> {
  const pattern = new RegExp(`${stack.url}(/${kind}/[\\w-]{43})`)
  const [, path = ''] = await until(() => mailsTo(stack, address).join('\n').match(pattern))
  return path
}
