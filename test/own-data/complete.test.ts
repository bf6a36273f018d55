import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../support/servers/reaper.ts'

const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** Tables that name a member, of which a member's file has nothing; and why. */
const without: Record<string, string> = {
  feed_keys: 'a secret',
  recovery_codes: 'secrets',
  half_sign_ins: 'ends within minutes',
  passkey_challenges: 'ends within minutes',
  password_links: 'a secret',
  push_subscriptions: 'a secret of a browser that is signed in, which stands there',
  outbox: 'mails on their way to the address that stands there',
  moderation_log: 'what they did as an admin, which is the board’s',
  admin_notes: 'as moderation_log',
  payment_notes: 'as moderation_log',
  settings: 'as moderation_log',
  invites: 'as moderation_log',
  invited_members: 'by which link they came, which is of who invited them',
  notices: 'what others did, for 90 days',
  thread_reads: 'marks of what was read in one visit',
  active_days: 'days of the last weeks, for a count',
}

test('a member’s file has something of each table that names one, or a reason stands here', () => {
  const queries = read('src/own-data/queries.ts')
  const naming = [...read('sql/schema.sql').matchAll(/^CREATE TABLE (\w+) \(([\s\S]*?)^\)/gm)].flatMap(
    ([, name = '', body = '']) => (/REFERENCES users|reporter_id/.test(body) ? [name] : []),
  )

  expect(naming.length).toBeGreaterThan(40)
  expect(naming.filter((name) => !new RegExp(`\\b${name}\\b`).test(queries) && !without[name])).toEqual([])
  expect(Object.keys(without).filter((name) => !naming.includes(name))).toEqual([])
})
