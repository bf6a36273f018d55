import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { language } from '../../texts/say.ts'
import type { Context } from '../context.ts'
import { Unavailable } from '../platform/errors.ts'
import { lookOf } from '../settings/look.ts'
import type { Paper } from './content.ts'
import type { Drawing } from './draw-paper.ts'

const program = join(import.meta.dir, 'draw-paper.ts')

/**
 * Returns a paper as PDF, in the reader's language. Each is drawn by a process of its own, of which as many
 * run at a time as of those that decode pictures, and which is gone after `pictureSeconds` at the latest.
 */
export async function printed(context: Context, paper: Paper): Promise<Uint8Array<ArrayBuffer>> {
  const { config, bulkheads } = context
  const { name: site } = await lookOf(context)
  const drawing: Drawing = { paper, language: language(), site }
  return bulkheads.pictures(() => drawn(JSON.stringify(drawing), config.pictureSeconds * 1_000))
}

const late = 'This took too long and was stopped. Please try again, or ask for less.'

async function drawn(drawing: string, withinMs: number): Promise<Uint8Array<ArrayBuffer>> {
  const child = Bun.spawn([process.execPath, '--no-env-file', program, String(withinMs)], {
    stdin: new TextEncoder().encode(drawing),
    ...({ stdout: 'pipe', stderr: 'pipe', env: {} } as const),
  })
  const limit = setTimeout(() => child.kill('SIGKILL'), withinMs)
  const [pdf, complaint] = await Promise.all([buffer(child.stdout), text(child.stderr), child.exited])
  clearTimeout(limit)
  if (child.signalCode) throw new Unavailable('a paper', { reason: late })
  if (child.exitCode !== 0) throw new Error(`drawing a paper ended with ${child.exitCode}: ${complaint}`)
  return new Uint8Array(pdf)
}
