import type { SecurityNews } from '../src/mail/queries.ts'
import type { Sentence } from '../texts/arabic.ts'
import type { Language } from '../texts/languages.ts'
import { direction, language, say } from '../texts/say.ts'
import { Html } from './html.ts'
import { shownName, shownTitle } from './names.ts'
import { marketSentences, placeOf, whatOf } from './told.ts'

/** What a mail says, of which its text and its HTML are drawn. */
export type Letter = {
  subject: string
  /** Paragraphs, and links on lines of their own. */
  says: (string | { link: string; says: string })[]
  /** Why it was sent, and what to do who did not want it. */
  why: string
  /** The link that ends mails of this kind. */
  unsubscribe?: string
  file?: { name: string; type: string; text: string }
}

/** Tried by an admin: whether mail arrives, and how it looks. */
export const testLetter = ({ siteUrl, by }: { siteUrl: string; by: string }): Letter => ({
  subject: say('A test mail from {site}', { site: hostOf(siteUrl) }),
  says: [
    say('Mail from this board arrives: this was sent by {name}, an admin.', { name: mailedName(by) }),
    { link: siteUrl, says: say('To the board') },
  ],
  why: say('You get this because an admin typed your address. There is nothing to do.'),
})

/** By its link a member proves that an address is theirs. */
export const confirmAddressLetter = ({ siteUrl, name, link }: Of & { link: string }): Letter => ({
  subject: say('Confirm your address at {site}', { site: hostOf(siteUrl) }),
  says: [
    say('Somebody, hopefully you, gave this address for the account {name}.', { name: mailedName(name) }),
    { link, says: say('This is my address') },
    say('The link works once, for a day.'),
  ],
  why: say('If it was not you, there is nothing to do: without the link nothing happens.'),
})

/** The same for who has just joined. */
export const welcomeLetter = ({ siteUrl, name, link }: Of & { link: string }): Letter => ({
  subject: say('Welcome to {site}', { site: hostOf(siteUrl) }),
  says: [
    say('You are a member now, as {name}.', { name: mailedName(name) }),
    say('Follow this link, and you can set a new password by mail when you forgot yours.'),
    { link, says: say('This is my address') },
    say('The link works once, for a day.'),
  ],
  why: say('If it was not you, there is nothing to do: without the link nothing happens.'),
})

/** To who applied, and is a member now. */
export const letInLetter = ({ siteUrl, name, link }: Of & { link: string }): Letter => ({
  subject: say('Welcome to {site}', { site: hostOf(siteUrl) }),
  says: [
    say('Your application was accepted: you are a member now, as {name}.', { name: mailedName(name) }),
    { link: `${siteUrl}/login`, says: say('Sign in') },
    say('Follow this link, and you can set a new password by mail when you forgot yours.'),
    { link, says: say('This is my address') },
    say('The link works once, for a day.'),
  ],
  why: say('If it was not you, there is nothing to do: without the link nothing happens.'),
})

/** To who applied, and is not. */
export const turnedAwayLetter = ({ siteUrl, name, reason }: Of & { reason: string }): Letter => ({
  subject: say('Your application at {site}', { site: hostOf(siteUrl) }),
  says: [
    say('Your application as {name} was not accepted.', { name: mailedName(name) }),
    ...(reason === '' ? [] : [say('An admin wrote: {reason}', { reason })]),
  ],
  why: say('If it was not you, there is nothing to do.'),
})

/** To whoever has the address by another account. */
export const addressTakenLetter = ({ siteUrl }: { siteUrl: string }): Letter => ({
  subject: say('Your address at {site}', { site: hostOf(siteUrl) }),
  says: [
    say('Somebody gave this address for another account. It belongs to an account of yours already.'),
    say('Nothing has changed. To use it for the other account, remove it from the first.'),
    { link: `${siteUrl}/account`, says: say('To your account') },
  ],
  why: say('If it was not you, there is nothing to do.'),
})

/** To the address that was a member's until now. */
export const addressChangedLetter = ({ siteUrl, name }: Of): Letter => ({
  subject: say('Your address at {site}', { site: hostOf(siteUrl) }),
  says: [
    say('Mail for the account {name} no longer goes to this address.', { name: mailedName(name) }),
    say('If it was not you, sign in and set a new password, or ask an admin of the board for help.'),
    { link: `${siteUrl}/account`, says: say('To your account') },
  ],
  why: say('You get this because this address was the one of that account.'),
})

/** To who forgot their password, or to whom somebody wants to be taken for. */
export const recoveryLetter = ({ siteUrl, name, link }: Of & { link: string }): Letter => ({
  subject: say('A new password at {site}', { site: hostOf(siteUrl) }),
  says: [
    say('Somebody, hopefully you, asked for a new password of the account {name}.', {
      name: mailedName(name),
    }),
    { link, says: say('Set a new password') },
    say('The link works once, for 30 minutes.'),
  ],
  why: say('If it was not you, there is nothing to do: without the link nothing happens.'),
})

export const passwordChangedLetter = ({ siteUrl, name }: Of): Letter => ({
  subject: say('Your password at {site} was changed', { site: hostOf(siteUrl) }),
  says: [
    say('The account {name} has a new password. It is signed out everywhere else.', {
      name: mailedName(name),
    }),
    say('If it was not you, set a new one by a link that is sent here, and tell an admin of the board.'),
    { link: `${siteUrl}/forgot`, says: say('Set a new password') },
  ],
  why: say('You get this because this address is the one of that account.'),
})

/** What happened to an account, in words. */
const newsOf: Record<SecurityNews, Sentence> = {
  'factor-on': 'The second factor was set up.',
  'factor-off': 'The second factor was turned off.',
  'codes-renewed': 'New recovery codes were made. Those of before are no good any more.',
  'recovery-code-used': 'A recovery code was used.',
  'too-many-codes': 'Somebody who knows the password gave ten wrong codes.',
  'passkey-added': 'A passkey was added.',
  'passkey-removed': 'A passkey was removed.',
  'passkey-copied': 'A passkey was refused, of which somebody may have a copy.',
  'sign-on-joined': 'Single sign-on was added to the account.',
  'sign-on-parted': 'Single sign-on was removed from the account.',
  'token-made': 'An API token was made.',
}

export const securityLetter = ({ siteUrl, name, what }: Of & { what: SecurityNews }): Letter => ({
  subject: say('Your account at {site}', { site: hostOf(siteUrl) }),
  says: [
    say('This happened to the account {name}:', { name: mailedName(name) }),
    say(newsOf[what]),
    say(
      'If it was not you, set a new password at once, and look through what is on the page of your account.',
    ),
    { link: `${siteUrl}/account`, says: say('To your account') },
  ],
  why: say('You get this because this address is the one of that account.'),
})

/** Something that a member was told of and has not read. */
type MailedNotice = {
  kind: string
  postId: number | null
  title: string | null
  commentId: number | null
  by: string | null
  orderId: number | null
  orderState: string | null
  itemId: number | null
  itemName: string | null
  windowId: number | null
  windowName: string | null
}

type NoticesProps = { siteUrl: string; notices: MailedNotice[]; areMore: boolean; unsubscribe: string }

/** What a member was told of and has not read. */
export const noticesLetter = ({ siteUrl, notices, areMore, unsubscribe }: NoticesProps): Letter => ({
  subject: say('New for you at {site}', { site: hostOf(siteUrl) }),
  says: [
    ...notices.map((notice) => ({ link: `${siteUrl}${placeOf(notice)}`, says: toldOf(notice) })),
    {
      link: `${siteUrl}/notices`,
      says: areMore ? say('There is more: all your notices') : say('All your notices'),
    },
  ],
  why: say('You get this because you chose to be told by mail.'),
  unsubscribe,
})

function toldOf({ kind, commentId, by, title, orderId, orderState, ...market }: MailedNotice): string {
  if (kind === 'moderation') return say('What moderators decided about you')
  const sentence = marketSentences[kind]
  if (sentence) return `${quoted(market.itemName ?? market.windowName ?? '')} · ${say(sentence)}`
  if (orderId !== null) {
    const isDone = orderState === 'completed'
    return say(isDone ? 'Your order {number} is completed' : 'Your order {number} is cancelled', {
      number: orderId,
    })
  }
  const where = quoted(shownTitle(title ?? ''))
  if (kind === 'approved')
    return say(
      commentId === null
        ? 'Your post {title} is on the board now'
        : 'Your comment on {title} is on the board now',
      { title: where },
    )
  if (kind === 'reserved') return say('{title} is reserved for you', { title: where })
  const member = by === null ? say('a deleted account') : mailedName(by)
  return say('{what} by {member}, in {title}', {
    what: say(whatOf({ kind, commentId })),
    member,
    title: where,
  })
}

/** In characters: a push service takes 4096 bytes, with what encrypting adds. */
const mostPushed = 200

/**
 * What a browser is sent by web push, for public/worker.js: of the newest of these notices, and that there
 * are more.
 */
export function pushPayload(notices: MailedNotice[]): string {
  const [newest] = notices.slice(-1)
  const isOne = notices.length === 1
  const title = newest ? [...toldOf(newest)].slice(0, mostPushed).join('') : ''
  const body = isOne ? '' : say('There is more: all your notices')
  const path = isOne && newest ? placeOf(newest) : '/notices'
  return JSON.stringify({ title, body, path, lang: language(), dir: direction() })
}

/** To who reported something. It says nothing of what that was, as anybody may have given the address. */
export const reportAnswerLetter = ({ siteUrl, isDone }: { siteUrl: string; isDone: boolean }): Letter => ({
  subject: say('Your report at {site}', { site: hostOf(siteUrl) }),
  says: [
    say('Moderators looked at what you reported.'),
    say(isDone ? 'They did something about it.' : 'They found nothing that they had to do about it.'),
    { link: `${siteUrl}/moderation`, says: say('All that they did') },
  ],
  why: say('You get this because this address was given with a report. It is deleted now.'),
})

type SupplierProps = {
  siteUrl: string
  window: string
  items: { name: string; quantity: number }[]
  csv: string
}

/** Items that the text names; the file has all. */
const mostLines = 100

/** To whoever brings what was ordered; the whole list comes as a file. */
export const supplierLetter = ({ siteUrl, window, items, csv }: SupplierProps): Letter => ({
  subject: say('What was ordered at {site}', { site: hostOf(siteUrl) }),
  says: [
    say('In the window {name} this was ordered; the file has the same list.', { name: quoted(window) }),
    ...(items.length === 0 ? [say('Nobody has ordered anything here.')] : []),
    ...items.slice(0, mostLines).map(({ name, quantity }) => `${quantity} × ${quoted(name)}`),
  ],
  why: say('You get this because an admin of the board typed your address.'),
  file: { name: 'order.csv', type: 'text/csv', text: csv },
})

type Of = { siteUrl: string; name: string }

/** Of a name, characters in a mail. */
const mostMailed = 40

/**
 * A name as a mail shows it, in quotes and set apart: whoever chose it does not speak for the board. Programs
 * that read mail make a link of what looks like an address, so nothing does: a mark that shows nothing and
 * breaks no line stands behind each dot, slash and the like.
 */
const mailedName = (name: string) => quoted(shownName(name, mostMailed))

const quotes: Record<Language, [string, string]> = { en: ['“', '”'], ar: ['“', '”'], de: ['„', '“'] }

function quoted(text: string): string {
  const [open, close] = quotes[language()]
  return `${open}\u2068${text.replaceAll(partOfAddress, '$&\u2060')}\u2069${close}`
}

/** Dots of other scripts part the labels of a domain as well. */
const partOfAddress = /[.:/\\@\u2024\u3002\uff0e\uff61]/g

/** A board is known by its address. */
const hostOf = (siteUrl: string) => new URL(siteUrl).host

/** A letter for programs that show no HTML. */
export const letterText = ({ says, why, unsubscribe }: Letter): string =>
  [
    ...says.map((each) => (typeof each === 'string' ? each : `${each.says}:\n${each.link}`)),
    '-- ',
    why,
    ...(unsubscribe ? [`${say('No more of these mails')}:\n${unsubscribe}`] : []),
  ]
    .join('\n\n')
    .concat('\n')

/**
 * The same as a page. Programs that show mail take few styles, so it has few, and its colours are those of
 * whoever reads it.
 */
export const LetterPage = ({ letter }: { letter: Letter }) => (
  <>
    {'<!doctype html>'}
    <html lang={language()} dir={direction()}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title safe>{letter.subject}</title>
        <style>{styles as 'safe'}</style>
      </head>
      <body>
        <h1 dir="auto" safe>
          {letter.subject}
        </h1>
        {letter.says.map((each) =>
          typeof each === 'string' ? (
            <p dir="auto" safe>
              {each}
            </p>
          ) : (
            <p>
              <a href={each.link} safe>
                {each.says}
              </a>
              <br />
              <small dir="ltr" safe>
                {each.link}
              </small>
            </p>
          ),
        )}
        <hr />
        <p>
          <small safe>{letter.why}</small>
        </p>
        {letter.unsubscribe ? (
          <p>
            <a href={letter.unsubscribe} safe>
              {say('No more of these mails')}
            </a>
          </p>
        ) : (
          ''
        )}
      </body>
    </html>
  </>
)

const styles = `
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 1.5rem auto; padding: 0 1rem }
h1 { font: 700 1.44rem/1.2 Palatino, Charter, Georgia, serif }
a { color: #a83226; font-weight: 600 }
small { font-size: .8125rem; overflow-wrap: anywhere }
hr { border: 0; border-top: 1px solid #8888 }
@media (prefers-color-scheme: dark) { a { color: #f08d80 } }
`
