import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import MarkdownIt from 'markdown-it'
import { languages } from '../../texts/languages.ts'
import { killCouriers, startCourier } from '../support/servers/courier.ts'
import { freshDatabase, type TestDatabase } from '../support/servers/database.ts'
import { type MailSink, startMailSink } from '../support/servers/mail-sink.ts'
import { readMail } from '../support/site/letters.ts'
import { textsIn } from '../support/site/markup.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

let database: TestDatabase
let sink: MailSink
beforeEach(async () => {
  database = await freshDatabase()
  sink = await startMailSink()
  await startCourier(database, sink.url)
})
afterEach(killCouriers)

/** As eager as a program that reads mail: domains without a scheme, addresses for mail. */
const eager = new MarkdownIt().linkify
  .set({ fuzzyLink: true, fuzzyEmail: true, fuzzyIP: true })
  .tlds('example', true)
const linksIn = (text: string) => (eager.match(text) ?? []).map(({ url }) => url)

const names = [
  'Visit http://evil.example now',
  'www.evil.example',
  'evil.example/path',
  'e-v-i-l.example.com:80',
  'help@evil.example',
  'mailto:help@evil.example',
  '127.0.0.1',
  '//evil.example',
  'https:\\\\evil.example',
  'evil。example ｅvil．example evil｡com',
  'one\r\n\r\nhttp://evil.example',
  'two\u2028http://evil.example\u2029',
  '”. Your account was shut, see evil.example “',
  '\u2069\u202ehttp://evil.example',
]

const kinds = [
  ...['confirm-address', 'welcome', 'address-changed', 'recovery', 'password-changed', 'security', 'test'],
]

test.each(Object.keys(languages))(
  'a name in a letter in %s is no link, breaks no line and speaks for nobody',
  async (language) => {
    const [withoutName, ...letters] = await lettersTo(language, ['ana', ...names])
    const own = (each: Letter) => ({ links: linksIn(each.text).map(bare), lines: linesOf(each.text) })

    expect(Object.keys(withoutName!).sort()).toEqual([...kinds].sort())
    for (const [at, name] of names.entries())
      for (const kind of kinds) {
        const [letter, usual] = [letters[at]![kind]!, withoutName![kind]!]
        expect(own(letter), `${kind} of ${name}`).toEqual(own(usual))
        expect(linksIn(textsIn(letter.html, 'p').join('\n')).map(bare), name).toEqual(
          linksIn(textsIn(usual.html, 'p').join('\n')).map(bare),
        )
        expect(letter.text, name).toMatch(/[“„]\u2068[^\u2068\u2069]*\u2069[”“]/)
      }
  },
)

test('a long name is shortened in a letter', async () => {
  const [letters] = await lettersTo('en', ['a'.repeat(100)])

  expect(letters!.welcome!.text).toContain(`“\u2068${'a'.repeat(40)}…\u2069”`)
})

type Letter = { text: string; html: string }

const linesOf = (text: string) => text.trimEnd().split(/\r?\n|[\u0085\u2028\u2029]/).length

/** Without the secret, which is another each time. */
const bare = (url: string) => url.replace(/[\w-]{43}$/, '')

/** For each of the names all letters with it, by their kinds. */
async function lettersTo(language: string, members: string[]): Promise<Record<string, Letter>[]> {
  const addresses = []
  for (const [at, name] of members.entries()) {
    const { insertId } = await database.write(
      'INSERT INTO users (name, name_key) VALUES (?, UNHEX(SHA2(?, 256)))',
      [name, name],
    )
    const address = `member-${at}@board.example`
    addresses.push(address)
    await database.write(
      `INSERT INTO addresses (user_id, address, address_key, pending, language)
       VALUES (?, ?, UNHEX(SHA2(?, 256)), ?, ?)`,
      [insertId, address, address, address, language],
    )
    for (const kind of kinds)
      await database.write(
        `INSERT INTO outbox (kind, user_id, address, recipient_key, language, content)
         VALUES (?, ?, ?, UNHEX(SHA2(?, 256)), ?, ?)`,
        [kind, insertId, address, address, language, JSON.stringify({ name, by: name, what: 'factor-on' })],
      )
  }
  await until(() => sink.received.length === members.length * kinds.length)
  const sent = await database.rows<{ id: number; kind: string }>('SELECT id, kind FROM outbox')
  const kindOf = new Map(sent.map(({ id, kind }) => [`${id}`, kind]))
  return addresses.map((address) =>
    Object.fromEntries(
      sink.received
        .filter(({ to }) => to === address)
        .map((mail) => [kindOf.get(/\.(\d+)@/.exec(mail.id)?.[1] ?? '') ?? '', readMail(mail)]),
    ),
  )
}
