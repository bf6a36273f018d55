export const languages = { en: 'English', ar: 'العربية' } as const
export type Language = keyof typeof languages
export const defaultLanguage: Language = 'en'
