import { readSecrets } from '../../../stack/secrets.ts'
import type { Stack } from '../servers/stack.ts'

/** What the first start of a stack showed for its admin's sign-in. */
export function adminOf({ data }: Stack): { username: string; password: string } {
  const password = readSecrets(data)?.demoAdmin
  if (!password) throw new Error('the stack has no admin')
  return { username: 'admin', password }
}
