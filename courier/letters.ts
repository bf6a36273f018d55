import { keyOfAddress, type MailAddress } from '../src/mail/address.ts'
import type { MailContent } from '../src/mail/queries.ts'
import { windowById } from '../src/order-windows/queries.ts'
import { packedItems } from '../src/packing/queries.ts'
import { supplierCsv } from '../src/packing/supplier-list.ts'
import type { Sql } from '../src/platform/db.ts'
import { newSecret } from '../src/platform/secrets.ts'
import { sha256 } from '../src/platform/sha256.ts'
import {
  addressChangedLetter,
  addressTakenLetter,
  confirmAddressLetter,
  type Letter,
  letInLetter,
  noticesLetter,
  passwordChangedLetter,
  recoveryLetter,
  reportAnswerLetter,
  securityLetter,
  supplierLetter,
  testLetter,
  turnedAwayLetter,
  welcomeLetter,
} from '../views/letters.tsx'
import { startOf } from '../views/names.ts'
import { noticesToMail, unsubscribeToken } from './digests/queries.ts'
import {
  isAskedTwice,
  lettersInADay,
  openAccountOf,
  ownerOfAddress,
  putAddressToken,
  putRecoveryLink,
  type TakenMail,
} from './queries.ts'

/** Mails with links that anybody may have sent to a recipient, of those to confirm and of the others each. */
const mostLettersInADay = 6

/** Counted apart: strangers who sign up with an address keep nobody from asking for a new password. */
const countedTogether = {
  confirming: ['confirm-address', 'welcome', 'let-in', 'turned-away'],
  recovering: ['recovery'],
} satisfies Record<string, MailContent['kind'][]>

/** A letter, and where it goes: to the address as its owner wrote it, if somebody else typed it. */
export type AddressedLetter = { letter: Letter; to: MailAddress }

/**
 * Returns what a mail of the outbox says, in the language spoken, and to whom; undefined when it is not
 * wanted any more. Makes the secrets of its links, of which the database gets the hash alone. Throws when
 * this version knows no such kind.
 */
export async function letterOf(
  sql: Sql,
  mail: TakenMail,
  siteUrl: string,
): Promise<AddressedLetter | undefined> {
  const to = mail.address
  const content = { ...JSON.parse(mail.content), kind: mail.kind } as MailContent
  switch (content.kind) {
    case 'test':
      return { letter: testLetter({ siteUrl, by: content.by }), to }
    case 'confirm-address':
    case 'welcome':
    case 'let-in':
      return (await isTooOften(sql, mail, countedTogether.confirming))
        ? undefined
        : confirmAddress(sql, mail, content, siteUrl)
    case 'turned-away':
      return (await isTooOften(sql, mail, countedTogether.confirming))
        ? undefined
        : { letter: turnedAwayLetter({ siteUrl, ...content }), to }
    case 'address-changed':
      return { letter: addressChangedLetter({ siteUrl, name: content.name }), to }
    case 'recovery':
      return (await isTooOften(sql, mail, countedTogether.recovering)) ||
        (await isAskedTwice(sql, keyOfAddress(mail.address), mail.id))
        ? undefined
        : recover(sql, mail.address, siteUrl)
    case 'password-changed':
      return { letter: passwordChangedLetter({ siteUrl, name: content.name }), to }
    case 'security':
      return { letter: securityLetter({ siteUrl, name: content.name, what: content.what }), to }
    case 'notices':
      return tellByMail(sql, mail, content, siteUrl)
    case 'report-answer':
      return (await isTooOften(sql, mail, ['report-answer']))
        ? undefined
        : { letter: reportAnswerLetter({ siteUrl, isDone: content.isDone }), to }
    case 'supplier-list':
      return bringSupplies(sql, content.window, siteUrl, to)
    default:
      throw new Error(`no mail is of the kind ${mail.kind}`)
  }
}

/** What it is by the time that the mail is sent. A window that is gone has no list. */
async function bringSupplies(
  sql: Sql,
  window: number,
  siteUrl: string,
  to: MailAddress,
): Promise<AddressedLetter | undefined> {
  const found = await windowById(sql, window)
  if (!found) return undefined
  const items = await packedItems(sql, window)
  return { letter: supplierLetter({ siteUrl, window: found.name, items, csv: supplierCsv(items) }), to }
}

/** Notices that one mail names. */
const mostNamed = 20

/** What they have read by now is not in it, nor is a mail of nothing sent. */
async function tellByMail(
  sql: Sql,
  { user, address }: { user: number | null; address: MailAddress },
  span: { after: number; upTo: number },
  siteUrl: string,
): Promise<AddressedLetter | undefined> {
  const token = user === null ? undefined : await unsubscribeToken(sql, user)
  if (user === null || token === undefined) return undefined
  const found = await noticesToMail(sql, user, span, mostNamed + 1)
  if (found.length === 0) return undefined
  const notices = found.slice(0, mostNamed)
  const unsubscribe = `${siteUrl}/unsubscribe/${token}`
  const letter = noticesLetter({ siteUrl, notices, areMore: found.length > mostNamed, unsubscribe })
  return { letter, to: address }
}

/** Nobody is sent more by whoever types their address again and again. */
const isTooOften = async (sql: Sql, { id, address }: TakenMail, kinds: MailContent['kind'][]) =>
  (await lettersInADay(sql, keyOfAddress(address), id, kinds)) >= mostLettersInADay

/** Nobody is told when no open account has the address. */
async function recover(
  sql: Sql,
  address: MailAddress,
  siteUrl: string,
): Promise<AddressedLetter | undefined> {
  const member = await openAccountOf(sql, keyOfAddress(address))
  if (!member) return undefined
  const token = newSecret()
  await putRecoveryLink(sql, member.id, sha256(token))
  const link = `${siteUrl}/password/${token}`
  return { letter: recoveryLetter({ siteUrl, name: startOf(member.name), link }), to: member.address }
}

/**
 * Returns the letter with the link that confirms an address; for an address that another account has, one
 * that tells its owner so, and nobody else.
 */
async function confirmAddress(
  sql: Sql,
  { user, address }: { user: number | null; address: MailAddress },
  { kind, name }: { kind: keyof typeof lettersWithLink; name: string },
  siteUrl: string,
): Promise<AddressedLetter | undefined> {
  if (user === null) return undefined
  const owner = await ownerOfAddress(sql, keyOfAddress(address))
  if (owner && owner.user !== user) return { letter: addressTakenLetter({ siteUrl }), to: owner.address }
  const token = newSecret()
  const isWanted = await putAddressToken(sql, user, address, sha256(token))
  if (!isWanted) return undefined
  const letter = lettersWithLink[kind]
  return { letter: letter({ siteUrl, name, link: `${siteUrl}/address/${token}` }), to: address }
}

const lettersWithLink = {
  'confirm-address': confirmAddressLetter,
  welcome: welcomeLetter,
  'let-in': letInLetter,
}
