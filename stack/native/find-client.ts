import { UserError } from '../errors.ts'
import { which } from '../process/which.ts'
import { canInstall, type Flavour, installPackages } from './install-programs.ts'

const names = {
  dump: { mariadb: ['mariadb-dump', 'mysqldump'], mysql: ['mysqldump', 'mariadb-dump'] },
  client: { mariadb: ['mariadb', 'mysql'], mysql: ['mysql', 'mariadb'] },
} satisfies Record<string, Record<Flavour, string[]>>

/**
 * Finds a program of the database's, its own before its cousin's, or installs it where it may. Throws a
 * UserError that says what to type.
 */
export async function findClient(
  kind: keyof typeof names,
  flavour: Flavour,
  print: (line: string) => void,
): Promise<string> {
  const find = () => names[kind][flavour].map(which).find((path) => path !== undefined)
  if (!find() && canInstall()) await installPackages(['mariadb-client'], print)
  const found = find()
  if (found) return found
  const command =
    process.platform === 'darwin' ? 'brew install mariadb' : 'sudo apt-get install mariadb-client'
  throw new UserError(`${names[kind][flavour][0]} is missing. Run: ${command}`)
}
