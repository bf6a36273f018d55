import { UserError } from '../errors.ts'
import { poll } from '../poll.ts'
import { readFigures } from '../scaler/sampler.ts'
import { statsUser } from '../secrets.ts'
import type { Print } from '../stack.ts'
import { type Container, containersOf, forgetImages, runDocker } from './containers.ts'
import { projectOf } from './engine.ts'
import { readEnvFile } from './env-file.ts'
import { alone, bring, composeOf } from './scale.ts'

const pools = ['web', 'accounts', 'admin'] as const
const servesWithinMs = 90_000

/**
 * Builds the image of the code in `from` and replaces every replica's container by one of it: first a new one
 * is started, and when HAProxy finds it well, an old one is stopped, which drains. When a new one does not
 * serve, the image gets back its old self and so do the containers.
 */
export function dockerDeploy(data: string, from: string, print: Print): Promise<void> {
  return alone(data, async () => {
    const [web] = (await containersOf(data)).filter(({ role }) => role === 'web')
    if (!web) throw new UserError('Agora is not running. Start it with: ./agora up')
    const image = readEnvFile(data).values.AGORA_IMAGE || 'agora:local'
    const before = web.image
    await runDocker(['tag', before, previousImage(data)])
    print('building the image')
    await runDocker(['build', '--quiet', '--tag', image, from])
    await changeSchema(data, 'expand', print)
    try {
      await roll(data, await idOf(image), print)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      print('the new replica does not serve, going back')
      await runDocker(['tag', before, image])
      await roll(data, before, print)
      throw new UserError(`The deploy was taken back, all replicas run the code they had. ${reason}`)
    }
    await changeSchema(data, 'all', print)
    await forgetImages()
  })
}

/** The image that replicas ran before the last deploy, so that Docker does not clear it away. */
const previousImage = (data: string) => `agora:before-${projectOf(data)}`

const idOf = async (image: string) => await runDocker(['image', 'inspect', '--format', '{{.Id}}', image])

/**
 * Runs the new image's migrations: what both codes live with first, the rest when nobody runs who would miss
 * it.
 */
async function changeSchema(data: string, phase: 'expand' | 'all', print: Print): Promise<void> {
  const { code, output, errors } = await composeOf(data).capture([
    ...['run', '--rm', '--no-deps', '-T', 'setup'],
    ...['bun', 'stack/database/migrate.ts', phase],
  ])
  for (const line of output.split('\n').filter(Boolean)) print(line)
  if (code !== 0) throw new UserError(`The database was not migrated: ${errors}`)
}

/** Resolves when every replica runs that image. What does not serve is removed before this throws. */
async function roll(data: string, image: string, print: Print): Promise<void> {
  for (const pool of pools) {
    const count = (await poolOf(data, pool)).length
    for (let old = await oldOnes(data, pool, image); old.length > 0; old = await oldOnes(data, pool, image)) {
      const [leaving] = old
      const known = (await poolOf(data, pool)).map(({ id }) => id)
      await bring(data, pool, count + 1)
      const fresh = (await poolOf(data, pool)).filter(({ id }) => !known.includes(id))
      await untilServed(data, fresh).catch(async (error) => {
        for (const each of fresh) await runDocker(['rm', '--force', each.id])
        throw error
      })
      if (leaving) await remove(leaving)
      print(`${fresh.map(({ name }) => name).join(', ')} in place of ${leaving?.name}`)
    }
  }
}

async function poolOf(data: string, pool: string): Promise<Container[]> {
  return (await containersOf(data)).filter(({ role }) => role === pool)
}

async function oldOnes(data: string, pool: string, image: string): Promise<Container[]> {
  return (await poolOf(data, pool)).filter((each) => each.image !== image)
}

async function remove({ id }: Container): Promise<void> {
  await runDocker(['stop', id])
  await runDocker(['rm', id])
}

/**
 * Docker's check has asked the stores too, and HAProxy has reached it. Throws when one of them ends instead.
 */
async function untilServed(data: string, fresh: Container[]): Promise<void> {
  const { values } = readEnvFile(data)
  const url = `http://127.0.0.1:${values.STATS_PORT}/`
  const operators = { url, user: statsUser, password: values.STATS_PASSWORD ?? '' }
  const ids = fresh.map(({ id }) => id)
  const areServed = async () => {
    const now = (await containersOf(data)).filter(({ id }) => ids.includes(id))
    const { servers = [] } = await readFigures(operators)
    const isUp = ({ addresses, port }: Container) =>
      servers.some(
        ({ address, status }) =>
          status.startsWith('UP') && addresses.some((each) => address === `${each}:${port}`),
      )
    if (now.length === ids.length && now.every((each) => each.health === 'healthy' && isUp(each))) return true
    const ended = now.find(
      ({ state, health }) => state === 'restarting' || state === 'stopped' || health === 'unhealthy',
    )
    if (ended) throw new UserError(`${ended.name} ends again and again:\n${await lastWords(ended)}`)
    return false
  }
  if (!(await poll(areServed, { withinMs: servesWithinMs, everyMs: 500 })))
    throw new UserError(`They were not ready after ${servesWithinMs / 1_000} s.`)
}

const lastWords = ({ id }: Container) => runDocker(['logs', '--tail', '5', id]).catch(() => '')
