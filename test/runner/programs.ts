import { hasMysql } from '../../bench/cluster/mysql.ts'
import { UserError } from '../../stack/errors.ts'
import { canInstall, findPrograms, installPackages } from '../../stack/native/install-programs.ts'
import { findChromium, headlessShell } from '../support/browser/find-chromium.ts'
import { mayRunPostfix } from '../support/servers/postfix.ts'
import { findServer } from '../support/servers/services.ts'
import type { Request, SuiteName } from './arguments.ts'

/**
 * Brings the programs that what was asked for needs. Throws a UserError that says what to type where it may
 * not.
 */
export async function installPrograms(
  { checks, suites }: Request,
  print: (line: string) => void,
): Promise<void> {
  const needs = (...names: SuiteName[]) => suites.some(({ name }) => names.includes(name))
  if (checks || needs('unit', 'system', 'browser', 'postfix', 'cluster', 'named'))
    await findPrograms(undefined, print)
  if (needs('browser', 'named')) await installChromium(print)
  if (needs('unit', 'browser', 'named')) await installPdfReader(print)
  if (needs('postfix')) await installPostfix(print)
  const cluster = suites.find(({ name }) => name === 'cluster')
  if (cluster) await prepareForCluster(cluster.args, print)
}

/** Where the quickest cannot be installed, any will do. */
async function installChromium(print: (line: string) => void): Promise<void> {
  if (!findServer(headlessShell) && canInstall()) {
    await installPackages([headlessShell], print).catch((error) => {
      if (!findChromium()) throw error
    })
  }
  if (!findChromium()) throw new UserError(`Chromium is missing. Run: sudo apt-get install ${headlessShell}`)
}

/** Invoices are read back by it. */
async function installPdfReader(print: (line: string) => void): Promise<void> {
  if (findServer('pdftotext')) return
  if (!canInstall()) throw new UserError('pdftotext is missing. Run: sudo apt-get install poppler-utils')
  await installPackages(['poppler-utils'], print)
}

async function installPostfix(print: (line: string) => void): Promise<void> {
  if (!mayRunPostfix()) {
    throw new UserError('postfix is run by root alone, and installed on Debian where no mail server is yet')
  }
  if (!findServer('postfix')) await installPackages(['postfix'], print)
}

const packagesOfCluster = { ip: 'iproute2' }
const packagesOfAddress = { keepalived: 'keepalived', curl: 'curl' }

/** MySQL with Group Replication is no package of Debian: it is in PATH, or an image of it is here. */
async function prepareForCluster(args: string[], print: (line: string) => void): Promise<void> {
  if (process.getuid?.() !== 0)
    throw new UserError('three nodes are made by root alone, in networks of their own')
  const hasAddress = args.some((arg) => arg.endsWith('address.cluster.ts'))
  const needed = { ...packagesOfCluster, ...(hasAddress && packagesOfAddress) }
  for (const [program, its] of Object.entries(needed)) {
    if (!findServer(program) && canInstall()) await installPackages([its], print)
    if (!findServer(program))
      throw new UserError(`\`${program}\` is missing. Run: sudo apt-get install ${its}`)
  }
  if (!(await hasMysql()))
    throw new UserError('a group of MySQL is made of MySQL 8.4 or later in PATH, or of the image mysql:9.7')
}
