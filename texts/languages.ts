export const languages = { en: 'English', ar: 'العربية', de: 'Deutsch' } as const
export type Language = keyof typeof languages
export const defaultLanguage: Language = 'en'

export const isLanguage = (text: unknown): text is Language =>
  typeof text === 'string' && Object.hasOwn(languages, text)
