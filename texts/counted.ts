import type { Language } from './say.ts'

type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }

/** Things that are counted, in the forms that CLDR's plural rules tell apart: two in English, six in Arabic. */
export const counted = {
  posts: {
    en: { one: '{n} post', other: '{n} posts' },
    ar: {
      zero: 'لا منشورات',
      one: 'منشور واحد',
      two: 'منشوران',
      few: '{n} منشورات',
      many: '{n} منشورًا',
      other: '{n} منشور',
    },
  },
  items: {
    en: { one: '{n} item', other: '{n} items' },
    ar: {
      zero: 'لا أصناف',
      one: 'صنف واحد',
      two: 'صنفان',
      few: '{n} أصناف',
      many: '{n} صنفًا',
      other: '{n} صنف',
    },
  },
} satisfies Record<string, Record<Language, Forms>>

export type Counted = keyof typeof counted
