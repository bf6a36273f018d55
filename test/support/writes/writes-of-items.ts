import sharp from 'sharp'
import type { Fixture, Write } from './fixture.ts'

/** Writes around what an item is: its description and its pictures. */
export function writesOfItems(fixture: Fixture, item: () => Promise<number>): Record<string, Write> {
  let shade = 0
  const byRoot = (path: string, fields: Record<string, string | Blob>) =>
    fixture.sites.form('admin', path, fields, fixture.root.visitor)
  const jsonByRoot = (method: string, path: string, body: unknown) =>
    fixture.sites.json('admin', method, path, body, fixture.root.visitor)
  const picture = async () => {
    const background = { r: 9, g: 90, b: ++shade }
    const photo = sharp({ create: { width: 64, height: 64, channels: 3, background } })
    return new File([new Uint8Array(await photo.png().toBuffer())], 'item.png', { type: 'image/png' })
  }
  const pictured = async () => {
    const id = await item()
    await byRoot(`/admin/items/${id}/pictures`, { image: await picture(), alt: 'Teal' })
    const [row] = await fixture.sites.warm.web.database.rows<{ hash: string }>(
      'SELECT image_hash AS hash FROM item_pictures WHERE item_id = ?',
      [id],
    )
    return { id, hash: row?.hash ?? '' }
  }

  return {
    'POST /admin/items/:id/details': async () => {
      const id = await item()
      const fields = { description: 'By *ana*', category: 'Honey', unit: 'jar' }
      return () => byRoot(`/admin/items/${id}/details`, fields)
    },
    'POST /admin/items/:id/pictures': async () => {
      const id = await item()
      const image = await picture()
      return () => byRoot(`/admin/items/${id}/pictures`, { image, alt: 'Teal' })
    },
    'POST /admin/items/:id/pictures/:hash': async () => {
      const { id, hash } = await pictured()
      return () => byRoot(`/admin/items/${id}/pictures/${hash}`, { do: 'describe', alt: 'Quite teal' })
    },
    'POST /admin/items/:id/variants': async () => {
      const id = await item()
      const fields = { name: `variant of ${id}`, quantity: '3', price: '2.00' }
      return () => byRoot(`/admin/items/${id}/variants`, fields)
    },
    'POST /api/items/:id/pictures': async () => {
      const id = await item()
      const image = await picture()
      return () => byRoot(`/api/items/${id}/pictures`, { image, alt: 'Teal' })
    },
    'PUT /api/items/:id/pictures': async () => {
      const { id } = await pictured()
      return () => jsonByRoot('PUT', `/api/items/${id}/pictures`, { pictures: [] })
    },
  }
}
