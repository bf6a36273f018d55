import { deleteDataFolder } from '../data-folder.ts'
import { UserError } from '../errors.ts'
import type { Stopped } from '../stack.ts'
import { forgetDrillImage, isDrillImage } from './drill-image.ts'
import { compose, needDocker, projectOf } from './engine.ts'
import { readEnvFile } from './env-file.ts'
import { stopScaler } from './scaler.ts'
import { dockerStatus } from './status.ts'

/** Stops a stack in containers. Resolves when nothing is left but, without `volumes`, what it keeps. */
export async function dockerDown(data: string, { volumes }: { volumes: boolean }): Promise<Stopped> {
  await needDocker()
  const wasRunning = (await dockerStatus(data)).processes.length > 0
  const { AGORA_IMAGE: image } = readEnvFile(data).values
  await stopContainers(data, { volumes })
  if (volumes && image && isDrillImage(image)) await forgetDrillImage(image)
  if (volumes) deleteDataFolder(data)
  return { wasRunning, isDeleted: volumes }
}

export async function stopContainers(data: string, { volumes }: { volumes: boolean }): Promise<void> {
  await stopScaler(data)
  const down = ['down', '--remove-orphans', ...(volumes ? ['--volumes'] : [])]
  const { code, errors } = await compose(projectOf(data)).capture(down)
  if (code !== 0) throw new UserError(`Agora could not be stopped: ${errors}`)
}
