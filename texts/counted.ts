import { countedKeys } from './counted-keys.ts'
import { countedRows } from './counted-rows.ts'
import { countedTalk } from './counted-talk.ts'
import type { Language } from './languages.ts'

export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }

/**
 * Things that are counted, in the forms that CLDR's plural rules tell apart: two in English and German,
 * six in Arabic (none, one, two, 3 to 10, 11 to 99, and hundreds).
 */
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
    de: { one: '{n} Beitrag', other: '{n} Beiträge' },
  },
  likes: {
    en: { one: '{n} like', other: '{n} likes' },
    ar: {
      zero: 'لا إعجابات',
      one: 'إعجاب واحد',
      two: 'إعجابان',
      few: '{n} إعجابات',
      many: '{n} إعجابًا',
      other: '{n} إعجاب',
    },
    de: { one: '{n} Like', other: '{n} Likes' },
  },
  /** People beside those who were named. */
  more: {
    en: { other: '{n} more' },
    ar: {
      zero: 'لا أحد سواهم',
      one: 'شخص آخر',
      two: 'شخصين آخرين',
      few: '{n} أشخاص آخرين',
      many: '{n} شخصًا آخر',
      other: '{n} شخص آخر',
    },
    de: { one: '{n} weiteren', other: '{n} weiteren' },
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
    de: { one: '{n} Artikel', other: '{n} Artikel' },
  },
  itemsFound: {
    en: { one: '{n} item found', other: '{n} items found' },
    ar: {
      zero: 'لم يُعثر على أي صنف',
      one: 'عُثر على صنف واحد',
      two: 'عُثر على صنفين',
      few: 'عُثر على {n} أصناف',
      many: 'عُثر على {n} صنفًا',
      other: 'عُثر على {n} صنف',
    },
    de: { one: '{n} Artikel gefunden', other: '{n} Artikel gefunden' },
  },
  onlyLeft: {
    en: { other: 'Only {n} left' },
    ar: {
      zero: 'نفد',
      one: 'بقيت قطعة واحدة فقط',
      two: 'بقيت قطعتان فقط',
      few: 'بقيت {n} قطع فقط',
      many: 'بقيت {n} قطعة فقط',
      other: 'بقيت {n} قطعة فقط',
    },
    de: { other: 'Nur noch {n} da' },
  },
  onlyLeftOf: {
    en: { other: 'Only {n} of {item} left.' },
    ar: {
      zero: 'نفد {item}.',
      one: 'بقيت قطعة واحدة فقط من {item}.',
      two: 'بقيت قطعتان فقط من {item}.',
      few: 'بقيت {n} قطع فقط من {item}.',
      many: 'بقيت {n} قطعة فقط من {item}.',
      other: 'بقيت {n} قطعة فقط من {item}.',
    },
    de: { other: 'Von {item} sind nur noch {n} da.' },
  },
  inStock: {
    en: { other: '{n} in stock' },
    ar: {
      zero: 'لا شيء في المخزون',
      one: 'قطعة واحدة في المخزون',
      two: 'قطعتان في المخزون',
      few: '{n} قطع في المخزون',
      many: '{n} قطعة في المخزون',
      other: '{n} قطعة في المخزون',
    },
    de: { other: '{n} vorrätig' },
  },
  silentBatchers: {
    en: {
      other: '{n} of the batchers did not answer, so what waits there is not shown.',
    },
    ar: {
      zero: 'أجابت كل المُجمِّعات.',
      one: 'لم يُجب أحد المُجمِّعات، فلا يُعرض ما ينتظر فيه.',
      two: 'لم يُجب اثنان من المُجمِّعات، فلا يُعرض ما ينتظر فيهما.',
      few: 'لم تُجب {n} من المُجمِّعات، فلا يُعرض ما ينتظر فيها.',
      many: 'لم يُجب {n} من المُجمِّعات، فلا يُعرض ما ينتظر فيها.',
      other: 'لم يُجب {n} من المُجمِّعات، فلا يُعرض ما ينتظر فيها.',
    },
    de: { other: '{n} der Batcher antworteten nicht, darum fehlt hier, was dort wartet.' },
  },
  databaseAccesses: {
    en: { one: 'Database accesses, {n} in all', other: 'Database accesses, {n} in all' },
    ar: { other: 'عمليات الوصول إلى قاعدة البيانات، مجموعها {n}' },
    de: { other: 'Zugriffe auf die Datenbank, zusammen {n}' },
  },
  ...countedKeys,
  ...countedRows,
  ...countedTalk,
} satisfies Record<string, Record<Language, Forms>>

export type Counted = keyof typeof counted
