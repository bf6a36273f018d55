import { root } from '../root.ts'
import { containersOf, runDocker } from './containers.ts'
import { needDocker } from './engine.ts'

const prefix = 'agora:drill-'

/** The drill has made it, so nobody builds it, and it goes with the drill's stack. */
export const isDrillImage = (name: string | undefined) => name?.startsWith(prefix) === true

/**
 * Makes an image of what a board runs, whose own image stays as it is; where none runs, of the checkout.
 * Returns its name.
 */
export async function makeDrillImage(board: string, id: string): Promise<string> {
  await needDocker()
  const web = (await containersOf(board)).find(({ role }) => role === 'web')
  const image = `${prefix}${id}`
  await runDocker(web ? ['tag', web.image, image] : ['build', '--quiet', '--tag', image, root])
  return image
}

export async function forgetDrillImage(image: string): Promise<void> {
  await runDocker(['image', 'rm', image]).catch(() => undefined)
}
