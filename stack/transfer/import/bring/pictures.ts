import type { Line } from '../../format.ts'
import { insertRows } from '../queries.ts'
import type { Bringing } from './rows.ts'

type Shown = NonNullable<Line<'posts'>['picture']>

/** Stores the files of pictures; those that are here stay. */
export async function bringPictures({ sql, file }: Bringing, pictures: Shown[]): Promise<void> {
  if (pictures.length === 0) return
  const blobs = new Map(file.entries.map((entry) => [entry.name, entry]))
  for (const { hash, width, height } of pictures) {
    const [large, small] = [blobs.get(`pictures/${hash}.webp`), blobs.get(`pictures/${hash}.small.webp`)]
    if (!large || !small) continue
    const row = { hash, width, height, small: file.read(small), large: file.read(large) }
    await insertRows(sql, 'images', [row], true)
  }
}
