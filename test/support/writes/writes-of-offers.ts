import sharp from 'sharp'
import type { Fixture, Write } from './fixture.ts'

type Makers = { category: () => Promise<{ id: number; name: string }> }

/** Writes around what members offer. */
export function writesOfOffers(fixture: Fixture, { category }: Makers): Record<string, Write> {
  let last = 0
  const words = () => `offered ${++last}`
  const byAna = (path: string, fields: Record<string, string | Blob> = {}) =>
    fixture.sites.form('web', path, fields, fixture.ana.visitor)
  const jsonBy = ({ visitor }: Fixture['ana'], method: string, path: string, body?: unknown) =>
    fixture.sites.json('web', method, path, body, visitor)
  const draft = async () => ({
    ...{ kind: 'sale', category: (await category()).name, title: words(), body: words() },
  })
  const offer = async () => {
    const answer = await byAna('/offers', await draft())
    return Number(answer.headers.get('location')?.split('/').at(-1))
  }
  const picture = async () => {
    const background = { r: ++last % 256, g: 80, b: 80 }
    const photo = sharp({ create: { width: 64, height: 64, channels: 3, background } })
    return new File([new Uint8Array(await photo.png().toBuffer())], 'photo.png', { type: 'image/png' })
  }
  const pictured = async () => {
    const id = await offer()
    await byAna(`/offers/${id}/pictures`, { image: await picture(), alt: words() })
    const [row] = await fixture.sites.warm.web.database.rows<{ hash: string }>(
      'SELECT image_hash AS hash FROM offer_pictures WHERE post_id = ?',
      [id],
    )
    return `/offers/${id}/pictures/${row?.hash}`
  }

  return {
    'POST /offers': async () => {
      const fields = await draft()
      return () => byAna('/offers', fields)
    },
    'POST /offers/:id/edit': async () => {
      const [id, fields] = [await offer(), await draft()]
      return () => byAna(`/offers/${id}/edit`, { ...fields, kind: 'loan' })
    },
    'POST /offers/:id/state': async () => {
      const id = await offer()
      return () => byAna(`/offers/${id}/state`, { state: 'reserved' })
    },
    'POST /offers/:id/interest': async () => {
      const id = await offer()
      return () => fixture.sites.form('web', `/offers/${id}/interest`, {}, fixture.root.visitor)
    },
    'POST /offers/:id/interest/remove': async () => {
      const id = await offer()
      await fixture.sites.form('web', `/offers/${id}/interest`, {}, fixture.root.visitor)
      return () => fixture.sites.form('web', `/offers/${id}/interest/remove`, {}, fixture.root.visitor)
    },
    'POST /api/offers': async () => {
      const fields = await draft()
      return () => jsonBy(fixture.ana, 'POST', '/api/offers', fields)
    },
    'PATCH /api/offers/:id': async () => {
      const [id, fields] = [await offer(), await draft()]
      return () => jsonBy(fixture.ana, 'PATCH', `/api/offers/${id}`, fields)
    },
    'DELETE /api/offers/:id': async () => {
      const id = await offer()
      return () => jsonBy(fixture.ana, 'DELETE', `/api/offers/${id}`)
    },
    'POST /api/offers/:id/pictures': async () => {
      const [id, image] = [await offer(), await picture()]
      return () => byAna(`/api/offers/${id}/pictures`, { image, alt: words() })
    },
    'PUT /api/offers/:id/interest': async () => {
      const id = await offer()
      return () => jsonBy(fixture.root, 'PUT', `/api/offers/${id}/interest`, { message: words() })
    },
    'DELETE /api/offers/:id/interest': async () => {
      const id = await offer()
      await jsonBy(fixture.root, 'PUT', `/api/offers/${id}/interest`, { message: '' })
      return () => jsonBy(fixture.root, 'DELETE', `/api/offers/${id}/interest`)
    },
    'POST /offers/:id/pictures': async () => {
      const [id, image] = [await offer(), await picture()]
      return () => byAna(`/offers/${id}/pictures`, { image, alt: words() })
    },
    'POST /offers/:id/pictures/:hash': async () => {
      const path = await pictured()
      return () => byAna(path, { move: 'away' })
    },
  }
}
