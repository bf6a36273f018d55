import { site } from './arabic/site.ts'

/** Every sentence of the site in Arabic, by its English text. */
export const arabic = { ...site }

export type Sentence = keyof typeof arabic
