/** Rows of a file that was imported. */
export const countedRows = {
  moreRows: {
    en: { one: 'And one more row.', other: 'And {n} more rows.' },
    ar: {
      zero: 'ولا صفوف أخرى.',
      one: 'وصف واحد آخر.',
      two: 'وصفّان آخران.',
      few: 'و{n} صفوف أخرى.',
      many: 'و{n} صفًا آخر.',
      other: 'و{n} صف آخر.',
    },
    de: { one: 'Und noch eine Zeile.', other: 'Und noch {n} Zeilen.' },
  },
  wrongRows: {
    en: { one: 'Nothing was stored: 1 row is wrong.', other: 'Nothing was stored: {n} rows are wrong.' },
    ar: {
      zero: 'لم يُحفظ شيء.',
      one: 'لم يُحفظ شيء: صف واحد خاطئ.',
      two: 'لم يُحفظ شيء: صفّان خاطئان.',
      few: 'لم يُحفظ شيء: {n} صفوف خاطئة.',
      many: 'لم يُحفظ شيء: {n} صفًا خاطئًا.',
      other: 'لم يُحفظ شيء: {n} صف خاطئ.',
    },
    de: {
      one: 'Es wurde nichts gespeichert: 1 Zeile ist falsch.',
      other: 'Es wurde nichts gespeichert: {n} Zeilen sind falsch.',
    },
  },
  rowsAdded: {
    en: { other: '{n} added' },
    ar: { other: 'أُضيف {n}' },
    de: { other: '{n} hinzugefügt' },
  },
  rowsChanged: {
    en: { other: '{n} changed' },
    ar: { other: 'تغيّر {n}' },
    de: { other: '{n} geändert' },
  },
  rowsUnchanged: {
    en: { other: '{n} as they were' },
    ar: { other: 'بقي كما هو {n}' },
    de: { other: '{n} wie zuvor' },
  },
  rowsLeftOut: {
    en: { other: '{n} left out' },
    ar: { other: 'تُرك {n}' },
    de: { other: '{n} ausgelassen' },
  },
} as const
