import { expect, setDefaultTimeout, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sharedStack } from '../support/servers/stack.ts'
import { newName, password } from '../support/site/page.ts'
import { mailedLink, mailsTo } from '../support/site/sent-mail.ts'
import { newVisitor } from '../support/site/visitor.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

test('a first stack lets everything that is done by mail be tried', async () => {
  const stack = await sharedStack()
  const { data, url } = stack
  const [name, address] = [newName('ana'), `${newName('ana')}@board.example`]
  const visitor = newVisitor(url)
  const linkTo = (kind: 'address' | 'password') => mailedLink(stack, address, kind)

  await visitor.post('/signup', { username: name, password, address })
  const links = [await linkTo('address')]
  const confirmed = await visitor.post(links[0] ?? '')
  const asked = await newVisitor(url).post('/forgot', { address })
  links.push(await linkTo('password'))
  const set = await newVisitor(url).post(links[1] ?? '', { password: 'a quite different one' })
  const outside = await visitor.get('/account')

  expect([confirmed.status, asked.status, set.status, outside.status]).toEqual([200, 200, 303, 401])
  await until(() => mailsTo(stack, address).length === 3)
  // Neither the address nor a link is in what was noted of it.
  const noted = readdirSync(join(data, 'logs')).map((file) => readFileSync(join(data, 'logs', file), 'utf8'))
  const published = await fetch(`${url}/logs`, { headers: { accept: 'application/json' } })
  const all = [...noted, await published.text()].join('\n')
  const secrets = [address, encodeURIComponent(address), ...links.map((link) => link.split('/')[2] ?? '')]
  expect(all).toContain('/password/:token')
  expect(secrets.filter((secret) => all.includes(secret))).toEqual([])
})

test('the courier is a process like the others', async () => {
  const { process, url } = await sharedStack()
  const courier = await process('courier-1')

  const metrics = await (await fetch(`http://127.0.0.1:${courier.port}/metrics`)).text()
  const status = await (await fetch(`${url}/status`, { headers: { accept: 'text/html' } })).text()

  expect([courier.role, courier.state]).toEqual(['courier', 'ready'])
  for (const name of ['tries_total', 'waiting', 'failed', 'oldest_seconds']) {
    expect(metrics).toContain(`agora_mail_${name}`)
  }
  expect(status).toContain('courier-1')
})
