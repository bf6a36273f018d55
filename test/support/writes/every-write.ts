import { newPasswordLink } from '../../../stack/database/make-password-link.ts'
import { newToken, password } from '../site/page.ts'
import type { Fixture, Write } from './fixture.ts'
import { writesOfItems } from './writes-of-items.ts'
import { writesOfKeys } from './writes-of-keys.ts'
import { writesOfOffers } from './writes-of-offers.ts'
import { writesOfTalk } from './writes-of-talk.ts'

const newPassword = 'another good password'

/** Every write of the product, by its route, and what the first ones need. */
export function everyWrite(fixture: Fixture) {
  let last = 0
  const newName = (kind: string) => `${kind}${++last}`

  /** Each makes something to write about, and returns what names it. */
  const category = async () => {
    const name = newName('category')
    const { id } = await created(
      fixture.sites.json('web', 'POST', '/api/categories', { name }, fixture.ana.visitor),
    )
    return { id, name }
  }
  const post = async (who = fixture.ana) => {
    const { name } = await category()
    const draft = { category: name, title: newName('post'), body: 'text' }
    return (await created(fixture.sites.json('web', 'POST', '/api/posts', draft, who.visitor))).id
  }
  const item = async () => {
    const added = { name: newName('item'), quantity: 9, price: '1.50' }
    return (await created(fixture.sites.json('admin', 'POST', '/api/items', added, fixture.root.visitor))).id
  }
  const order = async () => {
    const wanted = { item: await item(), quantity: 1 }
    return (await created(fixture.sites.json('admin', 'POST', '/api/orders', wanted, fixture.ana.visitor))).id
  }
  const token = async () => {
    const { id, token } = await created(
      fixture.sites.json(
        'accounts',
        'POST',
        '/api/tokens',
        { name: newName('token'), password },
        fixture.ana.visitor,
      ),
    )
    fixture.sites.tokens.push(token)
    return id
  }
  const act = async () => {
    const { name } = await category()
    const body = { actId: ++last, username: 'ana', timestamp: '29-02-2020:59-59-23', caption: newName('act') }
    const whole = { ...body, categoryName: name, imgB64: 'aGVsbG8=' }
    return { actId: body.actId, whole }
  }
  const addedAct = async () => {
    const { actId, whole } = await act()
    await created(fixture.sites.json('web', 'POST', '/api/v1/acts', whole))
    return { actId }
  }
  const created = async (answer: Promise<Response>) => {
    const response = await answer
    const body = await response.text()
    if (!response.ok) throw new Error(`${response.status} ${body}`)
    return JSON.parse(body) as { id: number; token: string }
  }

  /** What each route that writes is given; the first part makes what it writes about. */
  const writes: Record<string, Write> = {
    ...writesOfItems(fixture, item),
    ...writesOfKeys(fixture, newName),
    ...writesOfTalk(fixture, { post, category }),
    ...writesOfOffers(fixture, { category }),
    'POST /posts': async () => {
      const { name } = await category()
      return () =>
        fixture.sites.form(
          'web',
          '/posts',
          { category: name, title: newName('post'), body: 'x' },
          fixture.ana.visitor,
        )
    },
    'POST /posts/:id/remove': async () => {
      const id = await post()
      return () => fixture.sites.form('web', `/posts/${id}/remove`, {}, fixture.ana.visitor)
    },
    'POST /api/categories': async () => () =>
      fixture.sites.json(
        'web',
        'POST',
        '/api/categories',
        { name: newName('category') },
        fixture.ana.visitor,
      ),
    'DELETE /api/categories/:name': async () => {
      const { name } = await category()
      return () =>
        fixture.sites.json('web', 'DELETE', `/api/categories/${name}`, undefined, fixture.root.visitor)
    },
    'POST /api/posts': async () => {
      const { name } = await category()
      const draft = { category: name, title: newName('post'), body: 'text' }
      return () => fixture.sites.json('web', 'POST', '/api/posts', draft, fixture.ana.visitor)
    },
    'PATCH /api/posts/:id': async () => {
      const [id, { name }] = [await post(), await category()]
      const patch = { title: newName('changed'), category: name }
      return () => fixture.sites.json('web', 'PATCH', `/api/posts/${id}`, patch, fixture.ana.visitor)
    },
    'DELETE /api/posts/:id': async () => {
      const id = await post()
      return () => fixture.sites.json('web', 'DELETE', `/api/posts/${id}`, undefined, fixture.ana.visitor)
    },
    'POST /posts/:id/likes': async () => {
      const id = await post()
      return () => fixture.sites.form('web', `/posts/${id}/likes`, {})
    },
    'POST /api/posts/:id/likes': async () => {
      const id = await post()
      return () => fixture.sites.json('web', 'POST', `/api/posts/${id}/likes`)
    },
    'POST /audit/recount': async () => () => fixture.sites.form('web', '/audit/recount', {}),
    'POST /api/v1/categories': async () => () =>
      fixture.sites.json('web', 'POST', '/api/v1/categories', [newName('category')]),
    'DELETE /api/v1/categories/:name': async () => {
      const { name } = await category()
      return () => fixture.sites.json('web', 'DELETE', `/api/v1/categories/${name}`)
    },
    'POST /api/v1/acts': async () => {
      const { whole } = await act()
      return () => fixture.sites.json('web', 'POST', '/api/v1/acts', whole)
    },
    'DELETE /api/v1/acts/:actId': async () => {
      const { actId } = await addedAct()
      return () => fixture.sites.json('web', 'DELETE', `/api/v1/acts/${actId}`)
    },
    'POST /api/v1/acts/upvote': async () => {
      const { actId } = await addedAct()
      return () => fixture.sites.json('web', 'POST', '/api/v1/acts/upvote', [actId])
    },

    'POST /signup': async () => () =>
      fixture.sites.form('accounts', '/signup', { username: newName('bo'), password }),
    'POST /login': async () => () => fixture.sites.form('accounts', '/login', { username: 'ana', password }),
    'POST /forgot': async () => () =>
      fixture.sites.form('accounts', '/forgot', { address: 'bo@board.example' }),
    'POST /session/end': async () => {
      const { visitor } = await fixture.sites.join(newName('bo'))
      return () => fixture.sites.form('accounts', '/session/end', {}, visitor)
    },
    'POST /account/password': async () => {
      const { visitor } = await fixture.sites.join(newName('bo'))
      const fields = { current: password, password: newPassword }
      return () => fixture.sites.form('accounts', '/account/password', fields, visitor)
    },
    'POST /password/:token': async () => {
      const { name, visitor } = await fixture.sites.join(newName('bo'))
      const { database } = fixture.sites.warm.accounts
      const link = await newPasswordLink('', name, async (each) => (await database.write(each)).affectedRows)
      return () => fixture.sites.form('accounts', link, { password: newPassword }, visitor)
    },
    'POST /account/address': async () => {
      const { visitor } = await fixture.sites.join(newName('bo'))
      const fields = { address: `${newName('bo')}@board.example`, confirm: password }
      return () => fixture.sites.form('accounts', '/account/address', fields, visitor)
    },
    'POST /account/address/remove': async () => {
      const { visitor } = await fixture.sites.join(newName('bo'))
      return () => fixture.sites.form('accounts', '/account/address/remove', { confirm: password }, visitor)
    },
    'POST /address/:token': async () => {
      const { id, visitor } = await fixture.sites.join(newName('bo'))
      const secret = newName('secret')
      await fixture.sites.warm.accounts.database.write(
        `INSERT INTO addresses (user_id, language, pending, token_hash, token_expires_at)
         VALUES (?, 'en', ?, UNHEX(SHA2(?, 256)), CURRENT_TIMESTAMP(3) + INTERVAL 1 HOUR)`,
        [id, `${secret}@board.example`, secret],
      )
      return () => fixture.sites.form('accounts', `/address/${secret}`, {}, visitor)
    },
    'POST /account/sessions/end': async () => {
      const { visitor } = await fixture.sites.join(newName('bo'))
      return () => fixture.sites.form('accounts', '/account/sessions/end', { confirm: password }, visitor)
    },
    'POST /account/sessions/:token/end': async () => {
      const { visitor } = await fixture.sites.join(newName('bo'))
      const token = new Bun.CryptoHasher('sha256').update(visitor.cookies.get('session')!).digest('hex')
      return () =>
        fixture.sites.form('accounts', `/account/sessions/${token}/end`, { confirm: password }, visitor)
    },
    'POST /account/delete': async () => {
      const bo = await fixture.sites.join(newName('bo'))
      await post(bo)
      const fields = { confirm: password, posts: 'remove' }
      return () => fixture.sites.form('accounts', '/account/delete', fields, bo.visitor)
    },
    'POST /add_user': async () => () =>
      fixture.sites.form('accounts', '/add_user', { username: newName('cem') }),
    'POST /api/users': async () => () =>
      fixture.sites.json('accounts', 'POST', '/api/users', { username: newName('cem'), password }),
    'DELETE /api/users/:name': async () => {
      const bo = await fixture.sites.join(newName('bo'))
      await post(bo)
      return () => fixture.sites.json('accounts', 'DELETE', `/api/users/${bo.name}`, { password }, bo.visitor)
    },
    'POST /api/session': async () => () =>
      fixture.sites.json('accounts', 'POST', '/api/session', { username: 'ana', password }),
    'DELETE /api/session': async () => {
      const { visitor } = await fixture.sites.join(newName('bo'))
      return () => fixture.sites.json('accounts', 'DELETE', '/api/session', undefined, visitor)
    },
    'POST /api/v1/users': async () => () =>
      fixture.sites.json('accounts', 'POST', '/api/v1/users', {
        username: newName('cem'),
        password: 'a'.repeat(40),
      }),
    'POST /tokens': async () => () =>
      fixture.sites.form('accounts', '/tokens', newToken(newName('token')), fixture.ana.visitor),
    'POST /tokens/:id/revoke': async () => {
      const id = await token()
      return () =>
        fixture.sites.form('accounts', `/tokens/${id}/revoke`, { confirm: password }, fixture.ana.visitor)
    },
    'POST /api/tokens': async () => () =>
      fixture.sites.json(
        'accounts',
        'POST',
        '/api/tokens',
        { name: newName('token'), password },
        fixture.ana.visitor,
      ),
    'DELETE /api/tokens/:id': async () => {
      const id = await token()
      return () =>
        fixture.sites.json('accounts', 'DELETE', `/api/tokens/${id}`, { password }, fixture.ana.visitor)
    },
    'DELETE /api/v1/users/:username': async () => {
      const bo = await fixture.sites.join(newName('bo'))
      await post(bo)
      return () => fixture.sites.json('accounts', 'DELETE', `/api/v1/users/${bo.name}`)
    },

    'POST /admin/items': async () => () =>
      fixture.sites.form(
        'admin',
        '/admin/items',
        { name: newName('item'), quantity: '3', price: '2.00' },
        fixture.root.visitor,
      ),
    'POST /admin/items/:id': async () => {
      const id = await item()
      const fields = { name: newName('item'), quantity: '4', price: '3.00', was: '9' }
      return () => fixture.sites.form('admin', `/admin/items/${id}`, fields, fixture.root.visitor)
    },
    'POST /admin/items/:id/remove': async () => {
      const id = await item()
      return () => fixture.sites.form('admin', `/admin/items/${id}/remove`, {}, fixture.root.visitor)
    },
    'POST /api/items': async () => () =>
      fixture.sites.json(
        'admin',
        'POST',
        '/api/items',
        { name: newName('item'), quantity: 1, price: '1.00' },
        fixture.root.visitor,
      ),
    'PATCH /api/items/:id': async () => {
      const id = await item()
      return () =>
        fixture.sites.json('admin', 'PATCH', `/api/items/${id}`, { quantity: 5 }, fixture.root.visitor)
    },
    'DELETE /api/items/:id': async () => {
      const id = await item()
      return () => fixture.sites.json('admin', 'DELETE', `/api/items/${id}`, undefined, fixture.root.visitor)
    },
    'POST /admin/import': async () => () => {
      const file = new File([`name,quantity,price\n${newName('item')},1,1.00\n`], 'items.csv')
      return fixture.sites.form('admin', '/admin/import', { file }, fixture.root.visitor)
    },
    'POST /admin/orders/:id/complete': async () => {
      const id = await order()
      return () => fixture.sites.form('admin', `/admin/orders/${id}/complete`, {}, fixture.root.visitor)
    },
    'POST /admin/orders/:id/cancel': async () => {
      const id = await order()
      return () => fixture.sites.form('admin', `/admin/orders/${id}/cancel`, {}, fixture.root.visitor)
    },
    'POST /admin/categories': async () => () =>
      fixture.sites.form('admin', '/admin/categories', { name: newName('category') }, fixture.root.visitor),
    'POST /admin/categories/:id/remove': async () => {
      const { id } = await category()
      return () => fixture.sites.form('admin', `/admin/categories/${id}/remove`, {}, fixture.root.visitor)
    },
    'POST /admin/members/:id': async () => {
      const { id } = await fixture.sites.join(newName('bo'))
      return () =>
        fixture.sites.form(
          'admin',
          `/admin/members/${id}`,
          { change: 'make-admin', confirm: password },
          fixture.root.visitor,
        )
    },
    'POST /admin/members/:id/password-link': async () => {
      const { id } = await fixture.sites.join(newName('bo'))
      const fields = { confirm: password }
      return () =>
        fixture.sites.form('admin', `/admin/members/${id}/password-link`, fields, fixture.root.visitor)
    },
    'POST /admin/mail/test': async () => () =>
      fixture.sites.form('admin', '/admin/mail/test', { address: 'bo@board.example' }, fixture.root.visitor),
    'POST /admin/mail/send': async () => () =>
      fixture.sites.form('admin', '/admin/mail/send', {}, fixture.root.visitor),
    'POST /admin/mail/:id/send': async () => {
      const { database } = fixture.sites.warm.admin
      const { insertId } = await database.write(
        `INSERT INTO outbox (kind, address, recipient_key, language, content, state)
         VALUES ('test', 'bo@board.example', '', 'en', '{}', 'failed')`,
      )
      return () => fixture.sites.form('admin', `/admin/mail/${insertId}/send`, {}, fixture.root.visitor)
    },
    'POST /admin/posts/:id/remove': async () => {
      const id = await post()
      return () =>
        fixture.sites.form('admin', `/admin/posts/${id}/remove`, { reason: 'Spam' }, fixture.root.visitor)
    },
    'POST /admin/posts/:id/restore': async () => {
      const id = await post()
      const { form } = fixture.sites
      await form('admin', `/admin/posts/${id}/remove`, { reason: 'Spam' }, fixture.root.visitor)
      return () => form('admin', `/admin/posts/${id}/restore`, {}, fixture.root.visitor)
    },
    'POST /market/orders': async () => {
      const id = await item()
      return () =>
        fixture.sites.form('admin', '/market/orders', { item: `${id}`, quantity: '1' }, fixture.ana.visitor)
    },
    'POST /market/orders/:id/cancel': async () => {
      const id = await order()
      return () => fixture.sites.form('admin', `/market/orders/${id}/cancel`, {}, fixture.ana.visitor)
    },
    'POST /api/orders': async () => {
      const id = await item()
      return () =>
        fixture.sites.json('admin', 'POST', '/api/orders', { item: id, quantity: 1 }, fixture.ana.visitor)
    },
    'PATCH /api/orders/:id': async () => {
      const id = await order()
      return () =>
        fixture.sites.json('admin', 'PATCH', `/api/orders/${id}`, { state: 'cancelled' }, fixture.ana.visitor)
    },
  }

  return { writes, category, post }
}
