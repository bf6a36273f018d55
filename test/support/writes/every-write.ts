import { newPasswordLink } from '../../../stack/database/make-password-link.ts'
import { password } from '../site/page.ts'
import type { World, Write } from './world.ts'
import { writesOfTalk } from './writes-of-talk.ts'

const newPassword = 'another good password'

/** Every write of the product, by its route, and what the first ones need. */
export function everyWrite(world: World) {
  let last = 0
  const newName = (kind: string) => `${kind}${++last}`

  /** Each makes something to write about, and gives what names it. */
  const category = async () => {
    const name = newName('category')
    const { id } = await made(world.twins.json('web', 'POST', '/api/categories', { name }, world.ana.visitor))
    return { id, name }
  }
  const post = async (who = world.ana) => {
    const { name } = await category()
    const draft = { category: name, title: newName('post'), body: 'text' }
    return (await made(world.twins.json('web', 'POST', '/api/posts', draft, who.visitor))).id
  }
  const item = async () => {
    const added = { name: newName('item'), quantity: 9, price: '1.50' }
    return (await made(world.twins.json('admin', 'POST', '/api/items', added, world.root.visitor))).id
  }
  const order = async () => {
    const wanted = { item: await item(), quantity: 1 }
    return (await made(world.twins.json('admin', 'POST', '/api/orders', wanted, world.ana.visitor))).id
  }
  const token = async () => {
    const { id, token } = await made(
      world.twins.json(
        'accounts',
        'POST',
        '/api/tokens',
        { name: newName('token'), password },
        world.ana.visitor,
      ),
    )
    world.twins.tokens.push(token)
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
    await made(world.twins.json('web', 'POST', '/api/v1/acts', whole))
    return { actId }
  }
  const made = async (answer: Promise<Response>) => {
    const response = await answer
    const body = await response.text()
    if (!response.ok) throw new Error(`${response.status} ${body}`)
    return JSON.parse(body) as { id: number; token: string }
  }

  /** What each route that writes is given; the first part makes what it writes about. */
  const writes: Record<string, Write> = {
    ...writesOfTalk(world, { post, category }),
    'POST /posts': async () => {
      const { name } = await category()
      return () =>
        world.twins.form(
          'web',
          '/posts',
          { category: name, title: newName('post'), body: 'x' },
          world.ana.visitor,
        )
    },
    'POST /posts/:id/remove': async () => {
      const id = await post()
      return () => world.twins.form('web', `/posts/${id}/remove`, {}, world.ana.visitor)
    },
    'POST /api/categories': async () => () =>
      world.twins.json('web', 'POST', '/api/categories', { name: newName('category') }, world.ana.visitor),
    'DELETE /api/categories/:name': async () => {
      const { name } = await category()
      return () => world.twins.json('web', 'DELETE', `/api/categories/${name}`, undefined, world.root.visitor)
    },
    'POST /api/posts': async () => {
      const { name } = await category()
      const draft = { category: name, title: newName('post'), body: 'text' }
      return () => world.twins.json('web', 'POST', '/api/posts', draft, world.ana.visitor)
    },
    'PATCH /api/posts/:id': async () => {
      const [id, { name }] = [await post(), await category()]
      const patch = { title: newName('changed'), category: name }
      return () => world.twins.json('web', 'PATCH', `/api/posts/${id}`, patch, world.ana.visitor)
    },
    'DELETE /api/posts/:id': async () => {
      const id = await post()
      return () => world.twins.json('web', 'DELETE', `/api/posts/${id}`, undefined, world.ana.visitor)
    },
    'POST /posts/:id/likes': async () => {
      const id = await post()
      return () => world.twins.form('web', `/posts/${id}/likes`, {})
    },
    'POST /api/posts/:id/likes': async () => {
      const id = await post()
      return () => world.twins.json('web', 'POST', `/api/posts/${id}/likes`)
    },
    'POST /audit/recount': async () => () => world.twins.form('web', '/audit/recount', {}),
    'POST /api/v1/categories': async () => () =>
      world.twins.json('web', 'POST', '/api/v1/categories', [newName('category')]),
    'DELETE /api/v1/categories/:name': async () => {
      const { name } = await category()
      return () => world.twins.json('web', 'DELETE', `/api/v1/categories/${name}`)
    },
    'POST /api/v1/acts': async () => {
      const { whole } = await act()
      return () => world.twins.json('web', 'POST', '/api/v1/acts', whole)
    },
    'DELETE /api/v1/acts/:actId': async () => {
      const { actId } = await addedAct()
      return () => world.twins.json('web', 'DELETE', `/api/v1/acts/${actId}`)
    },
    'POST /api/v1/acts/upvote': async () => {
      const { actId } = await addedAct()
      return () => world.twins.json('web', 'POST', '/api/v1/acts/upvote', [actId])
    },

    'POST /signup': async () => () =>
      world.twins.form('accounts', '/signup', { username: newName('bo'), password }),
    'POST /login': async () => () => world.twins.form('accounts', '/login', { username: 'ana', password }),
    'POST /session/end': async () => {
      const { visitor } = await world.twins.join(newName('bo'))
      return () => world.twins.form('accounts', '/session/end', {}, visitor)
    },
    'POST /account/password': async () => {
      const { visitor } = await world.twins.join(newName('bo'))
      const fields = { current: password, password: newPassword }
      return () => world.twins.form('accounts', '/account/password', fields, visitor)
    },
    'POST /password/:token': async () => {
      const { name, visitor } = await world.twins.join(newName('bo'))
      const { database } = world.twins.warm.accounts
      const link = await newPasswordLink('', name, async (each) => (await database.write(each)).affectedRows)
      return () => world.twins.form('accounts', link, { password: newPassword }, visitor)
    },
    'POST /account/sessions/end': async () => {
      const { visitor } = await world.twins.join(newName('bo'))
      return () => world.twins.form('accounts', '/account/sessions/end', { confirm: password }, visitor)
    },
    'POST /account/sessions/:token/end': async () => {
      const { visitor } = await world.twins.join(newName('bo'))
      const token = new Bun.CryptoHasher('sha256').update(visitor.cookies.get('session')!).digest('hex')
      return () =>
        world.twins.form('accounts', `/account/sessions/${token}/end`, { confirm: password }, visitor)
    },
    'POST /account/delete': async () => {
      const bo = await world.twins.join(newName('bo'))
      await post(bo)
      const fields = { confirm: password, posts: 'remove' }
      return () => world.twins.form('accounts', '/account/delete', fields, bo.visitor)
    },
    'POST /add_user': async () => () =>
      world.twins.form('accounts', '/add_user', { username: newName('cem') }),
    'POST /api/users': async () => () =>
      world.twins.json('accounts', 'POST', '/api/users', { username: newName('cem'), password }),
    'DELETE /api/users/:name': async () => {
      const bo = await world.twins.join(newName('bo'))
      await post(bo)
      return () => world.twins.json('accounts', 'DELETE', `/api/users/${bo.name}`, { password }, bo.visitor)
    },
    'POST /api/session': async () => () =>
      world.twins.json('accounts', 'POST', '/api/session', { username: 'ana', password }),
    'DELETE /api/session': async () => {
      const { visitor } = await world.twins.join(newName('bo'))
      return () => world.twins.json('accounts', 'DELETE', '/api/session', undefined, visitor)
    },
    'POST /api/v1/users': async () => () =>
      world.twins.json('accounts', 'POST', '/api/v1/users', {
        username: newName('cem'),
        password: 'a'.repeat(40),
      }),
    'POST /tokens': async () => () =>
      world.twins.form(
        'accounts',
        '/tokens',
        { name: newName('token'), confirm: password },
        world.ana.visitor,
      ),
    'POST /tokens/:id/revoke': async () => {
      const id = await token()
      return () =>
        world.twins.form('accounts', `/tokens/${id}/revoke`, { confirm: password }, world.ana.visitor)
    },
    'POST /api/tokens': async () => () =>
      world.twins.json(
        'accounts',
        'POST',
        '/api/tokens',
        { name: newName('token'), password },
        world.ana.visitor,
      ),
    'DELETE /api/tokens/:id': async () => {
      const id = await token()
      return () =>
        world.twins.json('accounts', 'DELETE', `/api/tokens/${id}`, { password }, world.ana.visitor)
    },
    'DELETE /api/v1/users/:username': async () => {
      const bo = await world.twins.join(newName('bo'))
      await post(bo)
      return () => world.twins.json('accounts', 'DELETE', `/api/v1/users/${bo.name}`)
    },

    'POST /admin/items': async () => () =>
      world.twins.form(
        'admin',
        '/admin/items',
        { name: newName('item'), quantity: '3', price: '2.00' },
        world.root.visitor,
      ),
    'POST /admin/items/:id': async () => {
      const id = await item()
      const fields = { name: newName('item'), quantity: '4', price: '3.00', was: '9' }
      return () => world.twins.form('admin', `/admin/items/${id}`, fields, world.root.visitor)
    },
    'POST /admin/items/:id/remove': async () => {
      const id = await item()
      return () => world.twins.form('admin', `/admin/items/${id}/remove`, {}, world.root.visitor)
    },
    'POST /api/items': async () => () =>
      world.twins.json(
        'admin',
        'POST',
        '/api/items',
        { name: newName('item'), quantity: 1, price: '1.00' },
        world.root.visitor,
      ),
    'PATCH /api/items/:id': async () => {
      const id = await item()
      return () => world.twins.json('admin', 'PATCH', `/api/items/${id}`, { quantity: 5 }, world.root.visitor)
    },
    'DELETE /api/items/:id': async () => {
      const id = await item()
      return () => world.twins.json('admin', 'DELETE', `/api/items/${id}`, undefined, world.root.visitor)
    },
    'POST /admin/import': async () => () => {
      const file = new File([`name,quantity,price\n${newName('item')},1,1.00\n`], 'items.csv')
      return world.twins.form('admin', '/admin/import', { file }, world.root.visitor)
    },
    'POST /admin/orders/:id/complete': async () => {
      const id = await order()
      return () => world.twins.form('admin', `/admin/orders/${id}/complete`, {}, world.root.visitor)
    },
    'POST /admin/orders/:id/cancel': async () => {
      const id = await order()
      return () => world.twins.form('admin', `/admin/orders/${id}/cancel`, {}, world.root.visitor)
    },
    'POST /admin/categories': async () => () =>
      world.twins.form('admin', '/admin/categories', { name: newName('category') }, world.root.visitor),
    'POST /admin/categories/:id/remove': async () => {
      const { id } = await category()
      return () => world.twins.form('admin', `/admin/categories/${id}/remove`, {}, world.root.visitor)
    },
    'POST /admin/members/:id': async () => {
      const { id } = await world.twins.join(newName('bo'))
      return () =>
        world.twins.form(
          'admin',
          `/admin/members/${id}`,
          { change: 'make-admin', confirm: password },
          world.root.visitor,
        )
    },
    'POST /admin/members/:id/password-link': async () => {
      const { id } = await world.twins.join(newName('bo'))
      const fields = { confirm: password }
      return () => world.twins.form('admin', `/admin/members/${id}/password-link`, fields, world.root.visitor)
    },
    'POST /admin/posts/:id/remove': async () => {
      const id = await post()
      return () =>
        world.twins.form('admin', `/admin/posts/${id}/remove`, { reason: 'Spam' }, world.root.visitor)
    },
    'POST /market/orders': async () => {
      const id = await item()
      return () =>
        world.twins.form('admin', '/market/orders', { item: `${id}`, quantity: '1' }, world.ana.visitor)
    },
    'POST /market/orders/:id/cancel': async () => {
      const id = await order()
      return () => world.twins.form('admin', `/market/orders/${id}/cancel`, {}, world.ana.visitor)
    },
    'POST /api/orders': async () => {
      const id = await item()
      return () =>
        world.twins.json('admin', 'POST', '/api/orders', { item: id, quantity: 1 }, world.ana.visitor)
    },
    'PATCH /api/orders/:id': async () => {
      const id = await order()
      return () =>
        world.twins.json('admin', 'PATCH', `/api/orders/${id}`, { state: 'cancelled' }, world.ana.visitor)
    },
  }

  return { writes, category, post }
}
