/** Comments, and what a page that is open is told of. */
export const countedTalk = {
  comments: {
    en: { one: '{n} comment', other: '{n} comments' },
    ar: {
      zero: 'لا تعليقات',
      one: 'تعليق واحد',
      two: 'تعليقان',
      few: '{n} تعليقات',
      many: '{n} تعليقًا',
      other: '{n} تعليق',
    },
    de: { one: '{n} Kommentar', other: '{n} Kommentare' },
  },
  newComments: {
    en: { one: '{n} new comment', other: '{n} new comments' },
    ar: {
      zero: 'لا تعليقات جديدة',
      one: 'تعليق جديد واحد',
      two: 'تعليقان جديدان',
      few: '{n} تعليقات جديدة',
      many: '{n} تعليقًا جديدًا',
      other: '{n} تعليق جديد',
    },
    de: { one: '{n} neuer Kommentar', other: '{n} neue Kommentare' },
  },
  newPosts: {
    en: { one: '{n} new post', other: '{n} new posts' },
    ar: {
      zero: 'لا منشورات جديدة',
      one: 'منشور جديد واحد',
      two: 'منشوران جديدان',
      few: '{n} منشورات جديدة',
      many: '{n} منشورًا جديدًا',
      other: '{n} منشور جديد',
    },
    de: { one: '{n} neuer Beitrag', other: '{n} neue Beiträge' },
  },
  /** Seconds until something can be tried again. */
  againIn: {
    en: { one: 'You can try again in {n} second.', other: 'You can try again in {n} seconds.' },
    ar: {
      zero: 'يمكنك المحاولة مجددًا الآن.',
      one: 'يمكنك المحاولة مجددًا بعد ثانية واحدة.',
      two: 'يمكنك المحاولة مجددًا بعد ثانيتين.',
      few: 'يمكنك المحاولة مجددًا بعد {n} ثوانٍ.',
      many: 'يمكنك المحاولة مجددًا بعد {n} ثانية.',
      other: 'يمكنك المحاولة مجددًا بعد {n} ثانية.',
    },
    de: {
      one: 'In {n} Sekunde kannst du es wieder versuchen.',
      other: 'In {n} Sekunden kannst du es wieder versuchen.',
    },
  },
} as const
