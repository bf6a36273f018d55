import { open, rm } from 'node:fs/promises'
import { hasCode } from '../stack/data-folder.ts'

const largestBytes = 8 * 2 ** 20
const smallestBytes = 512
const againMs = 50

/** Writes a file until its disk is full, keeps it so until `isEnough`, and deletes the file. */
export async function fillDisk(filler: string, isEnough: () => boolean): Promise<void> {
  const file = await open(filler, 'w')
  try {
    while (!isEnough()) {
      for (let bytes = largestBytes; bytes >= smallestBytes && !isEnough(); ) {
        if (!(await grow(file, bytes))) bytes /= 2
      }
      await Bun.sleep(againMs)
    }
  } finally {
    await file.close()
    await rm(filler)
  }
}

/** False when there was no room for all of it. */
async function grow(file: Awaited<ReturnType<typeof open>>, bytes: number): Promise<boolean> {
  try {
    return (await file.write(Buffer.alloc(bytes))).bytesWritten === bytes
  } catch (error) {
    if (hasCode(error, 'ENOSPC')) return false
    throw error
  }
}
