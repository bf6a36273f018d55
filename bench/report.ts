/**
 * `./agora bench report`: draws what was measured. Reads bench/results/NAME.json, writes docs/plots/*.svg.
 */
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { UserError } from '../stack/errors.ts'
import { crowdPlots } from './plot-crowd.ts'
import { likesPlots } from './plot-likes.ts'
import { memoryPlots } from './plot-memory.ts'
import { trafficPlots } from './plot-traffic.ts'

const root = join(import.meta.dir, '..')
/** Not part of the project: each machine has its own. */
export const resultsFolder = join(root, 'bench/results')

const drawings = { crowd: crowdPlots, likes: likesPlots, memory: memoryPlots, traffic: trafficPlots }

export async function report(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      from: { type: 'string', default: resultsFolder },
      to: { type: 'string', default: join(root, 'docs/plots') },
    },
  })
  const drawn = await Promise.all(
    Object.entries(drawings).map(async ([name, draw]) => {
      const file = Bun.file(join(values.from, `${name}.json`))
      return (await file.exists()) ? Object.entries(await draw(await file.json())) : []
    }),
  )
  const plots = drawn.flat()
  if (plots.length === 0) throw new UserError('nothing was measured yet. Run: ./agora bench all')
  for (const [name, svg] of plots) {
    await Bun.write(join(values.to, `${name}.svg`), svg)
    console.log(relative(process.cwd(), join(values.to, `${name}.svg`)))
  }
  return 0
}
