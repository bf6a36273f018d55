import { newSecret } from '../../src/platform/secrets.ts'
import { sha256 } from '../../src/platform/sha256.ts'
import { UserError } from '../errors.ts'
import { dropFactor, noteForOwner, putPasswordLink } from './queries.ts'

/**
 * Makes a link by which the member of exactly this name sets a new password; the one made before stops
 * working; `isFactorLost` turns their second factor off. `change` asks the database, as its administrator,
 * and resolves to how many rows were changed. Returns the link on the board at `url`. Throws a UserError when
 * nobody has the name or who has it is shut out.
 */
export async function newPasswordLink(
  url: string,
  name: string,
  change: (statement: string) => Promise<number>,
  { isFactorLost = false } = {},
): Promise<string> {
  const token = newSecret()
  const nameHash = sha256(name)
  const changed = await change(putPasswordLink(nameHash, sha256(token)))
  if (changed === 0) throw new UserError(`nobody who may sign in is named "${name}"`)
  await change(noteForOwner(nameHash, 'link-made'))
  const hadFactor = isFactorLost && (await change(dropFactor(nameHash))) > 0
  if (hadFactor) await change(noteForOwner(nameHash, 'factor-off'))
  return `${url}/password/${token}`
}
