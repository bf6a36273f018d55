import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { LRUCache } from 'lru-cache'
import { language } from '../../texts/say.ts'
import type { Viewer } from '../accounts/queries.ts'
import type { Context } from '../context.ts'
import { openTurns } from '../platform/bulkhead.ts'
import { Unavailable } from '../platform/errors.ts'
import { sha256 } from '../platform/sha256.ts'
import { lookOf } from '../settings/look.ts'
import type { Paper } from './content.ts'
import type { Drawing } from './draw-paper.ts'

const program = join(import.meta.dir, 'draw-paper.ts')

/** Returns a paper as PDF, in the reader's language. `by`: whose turn it is. */
export type Printer = (paper: Paper, by: Viewer) => Promise<Uint8Array<ArrayBuffer>>

/** So many bytes of papers are kept: some hundred. */
const keptBytes = 4 * 1024 * 1024
/** Papers that a member waits for; of all members one is drawn at a time. */
const mostWaiting = 3

/**
 * Each paper is drawn by a process of its own, one at a time, which is gone after `pictureSeconds` at the
 * latest. What is on paper does not change, so one that is asked for again is not drawn again; and whoever
 * asks for many waits for their own alone, not others for them.
 */
export function openPrinter(context: Context): Printer {
  const { config, bulkheads } = context
  const kept = new LRUCache<string, Uint8Array<ArrayBuffer>>({
    maxSize: keptBytes,
    sizeCalculation: (pdf) => pdf.length,
  })
  const inTurn = openTurns({ atOnce: 1, waiting: mostWaiting, retrySeconds: 10 })

  return async (paper, { id }) => {
    const { name: site } = await lookOf(context)
    const text = JSON.stringify({ paper, language: language(), site } satisfies Drawing)
    const key = sha256(text)
    const find = async () => kept.get(key) ?? (await bulkheads.papers(draw))
    const draw = async () => {
      const pdf = await drawn(text, config.pictureSeconds * 1_000)
      kept.set(key, pdf)
      return pdf
    }
    return kept.get(key) ?? inTurn([`${id}`], find)
  }
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
