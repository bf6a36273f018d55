import { say } from '../../texts/say.ts'
import { type SiteFront, siteFonts, siteFronts } from '../platform/config.ts'
import type { FieldErrors } from '../platform/errors.ts'
import { hasControlCharacters, type Read, textOf, writtenIn } from '../platform/fields.ts'
import { isCurrency, isTimeZone } from '../platform/known-names.ts'
import { isLineOrEmpty, lineFault } from '../text/seen.ts'
import { contrastOf, leastContrast } from './accent.ts'
import type { logoFields } from './logos.ts'
import type { Look } from './look.ts'

const longest = { name: 60, logoAlt: 120, contact: 300, welcome: 2_000, imprint: 20_000 } as const

/** Marks that turn the letters around them, which would make a name read as another. */
const turning = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/

/** What an admin writes of it, without files. */
type WrittenLook = Omit<Look, (typeof logoFields)[number]>

/** Reads what an admin says the board looks like: what is stored, or what is wrong with it. */
export function readLook(fields: Record<string, unknown>): Read<WrittenLook> {
  const font = siteFonts.find((each) => each === (textOf(fields.font) || 'usual'))
  const front = siteFronts.find((each) => each === (textOf(fields.front) || 'new'))
  const draft: WrittenLook = {
    name: writtenIn(fields.name),
    accent: textOf(fields.accent).trim().toLowerCase(),
    font: font ?? 'usual',
    front: front ?? 'new',
    welcome: writtenIn(fields.welcome),
    imprint: writtenIn(fields.imprint),
    contact: writtenIn(fields.contact),
    timeZone: textOf(fields.timeZone) || 'UTC',
    currency: textOf(fields.currency) || 'EUR',
    logoAlt: writtenIn(fields.logoAlt),
  }
  const errors: FieldErrors = {
    ...faultOf('name', nameFault(draft.name)),
    ...faultOf('accent', draft.accent === '' ? undefined : accentFault(draft.accent)),
    ...faultOf('font', font ? undefined : 'There are no such letters here.'),
    ...faultOf('front', frontFault(front, draft.welcome)),
    ...faultOf('welcome', lengthFault(draft.welcome, longest.welcome)),
    ...faultOf('imprint', lengthFault(draft.imprint, longest.imprint)),
    ...faultOf('timeZone', isTimeZone(draft.timeZone) ? undefined : 'There is no such time zone.'),
    ...faultOf(
      'currency',
      isCurrency(draft.currency) ? undefined : 'A currency is a code of three letters, such as EUR.',
    ),
    ...faultOf('logoAlt', altFault(draft.logoAlt)),
    ...faultOf('contact', draft.contact === '' ? undefined : contactFault(draft.contact)),
  }
  return Object.keys(errors).length > 0 ? { errors } : { draft }
}

const faultOf = (field: keyof Look, says: string | undefined) => (says === undefined ? {} : { [field]: says })

function nameFault(name: string): string | undefined {
  const fault = turning.test(name) ? 'odd' : lineFault(name, longest.name)
  if (fault === 'long') return say('A name has at most {longest} characters.', { longest: longest.name })
  if (fault === 'unseen') return 'The board needs a name.'
  return fault && 'A name is one line of ordinary characters.'
}

const altFault = (alt: string) =>
  isLineOrEmpty(alt, longest.logoAlt)
    ? undefined
    : say('One line of at most {longest} characters.', { longest: longest.logoAlt })

function frontFault(front: SiteFront | undefined, welcome: string): string | undefined {
  if (front === undefined) return 'There is no such front page here.'
  return front === 'welcome' && welcome === ''
    ? 'There is no welcome yet. Please write one below.'
    : undefined
}

function accentFault(accent: string): string | undefined {
  if (!isAccent(accent)) return 'A colour is a # and six digits from 0 to f, such as #a83226.'
  const contrast = contrastOf(accent)
  if (contrast >= leastContrast) return undefined
  return say(
    'Words in this colour are hard to read: their contrast is {contrast}, and {least} is the least.',
    {
      contrast: (Math.floor(contrast * 10) / 10).toFixed(1),
      least: leastContrast,
    },
  )
}

const isAccent = (text: string) => /^#[\da-f]{6}$/.test(text)

const lengthFault = (text: string, most: number) =>
  [...text].length > most ? say('At most {longest} characters.', { longest: most }) : undefined

function contactFault(contact: string): string | undefined {
  // The length first: whether there is an address in it takes the square of that.
  const isFine =
    contact.length <= longest.contact &&
    !hasControlCharacters(contact) &&
    (isAddress.test(contact) || (contact.startsWith('https://') && URL.canParse(contact)))
  return isFine ? undefined : 'A contact is an address for mail, or one that begins with https://.'
}

const isAddress = /^[^\s@<>"'?&]+@[^\s@<>"'?&]+\.[^\s@<>"'?&]+$/
