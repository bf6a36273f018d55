/** What a member signs in with, as it is counted. */
export const countedKeys = {
  recoveryCodes: {
    en: { one: '{n} recovery code is left.', other: '{n} recovery codes are left.' },
    ar: {
      zero: 'لم يبق أي رمز احتياطي.',
      one: 'بقي رمز احتياطي واحد.',
      two: 'بقي رمزان احتياطيان.',
      few: 'بقيت {n} رموز احتياطية.',
      many: 'بقي {n} رمزًا احتياطيًا.',
      other: 'بقي {n} رمز احتياطي.',
    },
    de: { one: '{n} Ersatzcode ist übrig.', other: '{n} Ersatzcodes sind übrig.' },
  },
  passkeys: {
    en: { one: '{n} passkey', other: '{n} passkeys' },
    ar: {
      zero: 'لا مفاتيح مرور',
      one: 'مفتاح مرور واحد',
      two: 'مفتاحا مرور',
      few: '{n} مفاتيح مرور',
      many: '{n} مفتاح مرور',
      other: '{n} مفتاح مرور',
    },
    de: { one: '{n} Passkey', other: '{n} Passkeys' },
  },
  tokens: {
    en: { one: '{n} token', other: '{n} tokens' },
    ar: {
      zero: 'لا رموز وصول',
      one: 'رمز وصول واحد',
      two: 'رمزا وصول',
      few: '{n} رموز وصول',
      many: '{n} رمز وصول',
      other: '{n} رمز وصول',
    },
    de: { one: '{n} Token', other: '{n} Tokens' },
  },
} as const
