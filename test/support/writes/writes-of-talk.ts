import sharp from 'sharp'
import type { Fixture, Write } from './fixture.ts'

/** One that may get notices by web push. */
const browser = {
  endpoint: 'https://push.board.example/ana',
  p256dh: `B${'a'.repeat(86)}`,
  auth: 'a'.repeat(22),
}

const tomorrow = new Date(Date.now() + 36 * 3_600_000).toISOString().slice(0, 10)

type Makers = { post: () => Promise<number>; category: () => Promise<{ id: number; name: string }> }

/** Writes around posts: comments, changes of what was written, faces and names. */
export function writesOfTalk(fixture: Fixture, { post, category }: Makers): Record<string, Write> {
  let last = 0
  const text = () => `said ${++last} #tag${last}`
  const comment = async (on?: number) => {
    const path = `/api/posts/${on ?? (await post())}/comments`
    const answer = await fixture.sites.json('web', 'POST', path, { body: text() }, fixture.ana.visitor)
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
    return ((await answer.json()) as { id: number }).id
  }
  const byAna = (path: string, fields: Record<string, string | Blob> = {}) =>
    fixture.sites.form('web', path, fields, fixture.ana.visitor)
  const jsonByAna = (method: string, path: string, body?: unknown) =>
    fixture.sites.json('web', method, path, body, fixture.ana.visitor)
  /** The newest notice of ana, who was answered. */
  const answered = async () => {
    const path = `/api/posts/${await post()}/comments`
    await fixture.sites.json('web', 'POST', path, { body: text() }, fixture.root.visitor)
    const [newest] = (await (await jsonByAna('GET', '/api/notices')).json()) as { id: number }[]
    if (!newest) throw new Error('ana was not told')
    return newest.id
  }
  /** A post of which ana is asked to confirm that she read it. */
  const announced = async () => {
    const id = await post()
    const pin = { act: 'pin', kind: 'post', id, reason: 'Read', until: tomorrow, asks: true }
    await fixture.sites.json('admin', 'POST', '/api/moderation/actions', pin, fixture.root.visitor)
    await fixture.sites.warm.web.database.write(
      'INSERT INTO confirmations (post_id, user_id) SELECT ?, id FROM users',
      [id],
    )
    return id
  }
  const face = async () => {
    const photo = sharp({ create: { width: 64, height: 64, channels: 3, background: 'teal' } })
    return new File([new Uint8Array(await photo.png().toBuffer())], 'face.png', { type: 'image/png' })
  }

  return {
    'POST /posts/:id/edit': async () => {
      const [id, { name }] = [await post(), await category()]
      return () => byAna(`/posts/${id}/edit`, { category: name, title: text(), body: text() })
    },
    'POST /posts/:id/comments': async () => {
      const id = await post()
      return () => byAna(`/posts/${id}/comments`, { body: text() })
    },
    'POST /comments/:id/edit': async () => {
      const id = await comment()
      return () => byAna(`/comments/${id}/edit`, { body: text() })
    },
    'POST /comments/:id/remove': async () => {
      const id = await comment()
      return () => byAna(`/comments/${id}/remove`)
    },
    'POST /admin/comments/:id/remove': async () => {
      const id = await comment()
      return () =>
        fixture.sites.form('admin', `/admin/comments/${id}/remove`, { reason: 'Spam' }, fixture.root.visitor)
    },
    'POST /admin/comments/:id/restore': async () => {
      const id = await comment()
      const { form } = fixture.sites
      await form('admin', `/admin/comments/${id}/remove`, { reason: 'Spam' }, fixture.root.visitor)
      return () => form('admin', `/admin/comments/${id}/restore`, {}, fixture.root.visitor)
    },
    'POST /api/posts/:id/comments': async () => {
      const id = await post()
      return () => jsonByAna('POST', `/api/posts/${id}/comments`, { body: text() })
    },
    'PATCH /api/comments/:id': async () => {
      const id = await comment()
      return () => jsonByAna('PATCH', `/api/comments/${id}`, { body: text() })
    },
    'DELETE /api/comments/:id': async () => {
      const id = await comment()
      return () => jsonByAna('DELETE', `/api/comments/${id}`)
    },
    'POST /announcements/:id/confirm': async () => {
      const id = await announced()
      return () => byAna(`/announcements/${id}/confirm`)
    },
    'POST /api/announcements/:id/confirm': async () => {
      const id = await announced()
      return () => jsonByAna('POST', `/api/announcements/${id}/confirm`)
    },
    'POST /notices/read': async () => {
      const upTo = `${await answered()}`
      return () => byAna('/notices/read', { upTo })
    },
    'POST /api/notices/read': async () => {
      const ids = [await answered()]
      return () => jsonByAna('POST', '/api/notices/read', { ids })
    },
    'POST /unread/read': async () => {
      await post()
      return () => byAna('/unread/read')
    },
    'POST /api/unread/read': async () => {
      await post()
      return () => jsonByAna('POST', '/api/unread/read')
    },
    'POST /notices/mail': async () => {
      return () => byAna('/notices/mail', { pace: 'soon' })
    },
    'PUT /api/notices/mail': async () => {
      return () => jsonByAna('PUT', '/api/notices/mail', { pace: 'daily', timeZone: 'Asia/Tokyo' })
    },
    'POST /notices/push': async () => () => byAna('/notices/push', browser),
    'POST /notices/push/remove': async () => {
      await byAna('/notices/push', browser)
      return () => byAna('/notices/push/remove', { everywhere: 'yes' })
    },
    'POST /unsubscribe/:token': async () => {
      await jsonByAna('PUT', '/api/notices/mail', { pace: 'soon' })
      const [row] = await fixture.sites.warm.web.database.rows<{ token: string }>(
        'SELECT token FROM notice_mails',
      )
      return () => byAna(`/unsubscribe/${row?.token}`)
    },
    'POST /avatar': async () => {
      await comment()
      const image = await face()
      return () => byAna('/avatar', { image })
    },
    'POST /avatar/remove': async () => {
      await comment()
      await byAna('/avatar', { image: await face() })
      return () => byAna('/avatar/remove')
    },
    'POST /admin/categories/:id/describe': async () => {
      const { id } = await category()
      const fields = { description: text(), place: '1', hue: '3' }
      return () =>
        fixture.sites.form('admin', `/admin/categories/${id}/describe`, fields, fixture.root.visitor)
    },
    'POST /admin/categories/:id/rename': async () => {
      const { id, name } = await category()
      return () =>
        fixture.sites.form(
          'admin',
          `/admin/categories/${id}/rename`,
          { name: `${name} two` },
          fixture.root.visitor,
        )
    },
  }
}
