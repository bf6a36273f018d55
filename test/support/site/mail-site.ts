import type { Config } from '../../../src/platform/config.ts'
import { startCourier, type TestCourier } from '../servers/courier.ts'
import { type Mail, type MailSink, startMailSink } from '../servers/mail-sink.ts'
import { openReplica, type Replica } from '../servers/replica.ts'
import { until } from '../until.ts'
import { linkIn } from './letters.ts'
import { newName, password } from './page.ts'
import type { Visitor } from './visitor.ts'

export type Someone = { name: string; visitor: Visitor; id: number }

/** The accounts' part of a board that sends mail, to a server that takes it. */
export type MailSite = {
  accounts: Replica
  sink: MailSink
  courier: TestCourier
  /** A new member, signed in. */
  someone(kind: 'ana' | 'bo' | 'cem'): Promise<Someone>
  /** The same with an address that is confirmed. */
  withAddress(kind: 'ana' | 'bo' | 'cem'): Promise<Someone & { address: string }>
  /** Gives an address on the page of the account. */
  give(member: Someone, address: string, confirm?: string): Promise<Response>
  lettersTo(address: string): Mail[]
  /** The newest letter to an address, when there are so many. */
  letterTo(address: string, count?: number): Promise<Mail>
  /** Resolves when nothing waits any more. */
  allCarried(): Promise<void>
}

export const newAddress = () => `${newName('bo')}@board.example`

export async function openMailSite(settings: Partial<Config> = {}): Promise<MailSite> {
  const accounts = await openReplica({ role: 'accounts', ...settings })
  const sink = await startMailSink()
  const courier = await startCourier(accounts.database, sink.url)

  const someone: MailSite['someone'] = async (kind) => {
    const name = newName(kind)
    const visitor = accounts.visitor()
    await visitor.post('/signup', { username: name, password })
    const [row] = await accounts.database.rows<{ id: number }>('SELECT id FROM users WHERE name = ?', [name])
    if (!row) throw new Error(`${name} is no member`)
    return { name, visitor, id: row.id }
  }
  const give: MailSite['give'] = ({ visitor }, address, confirm = password) =>
    visitor.post('/account/address', { address, confirm })
  const lettersTo = (address: string) =>
    sink.received.filter(({ to }) => to.toLowerCase() === address.toLowerCase())
  const letterTo: MailSite['letterTo'] = async (address, count = 1) => {
    await until(() => lettersTo(address).length >= count)
    return lettersTo(address).at(-1) as Mail
  }
  const allCarried = async () => {
    await until(async () => {
      const [row] = await accounts.database.rows<{ mails: number }>(
        `SELECT COUNT(*) AS mails FROM outbox WHERE state = 'waiting'`,
      )
      return row?.mails === 0
    })
  }
  const withAddress: MailSite['withAddress'] = async (kind) => {
    const member = await someone(kind)
    const address = newAddress()
    await give(member, address)
    await member.visitor.post(linkIn(await letterTo(address)))
    return { ...member, address }
  }
  return { accounts, sink, courier, someone, withAddress, give, lettersTo, letterTo, allCarried }
}
