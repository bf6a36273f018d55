/**
 * What shows nothing where it stands: spaces, controls, marks of direction, joiners, variation selectors,
 * fillers that Unicode calls letters (U+115F, U+3164, U+FFA0), and of symbols and hieroglyphs those without
 * a stroke: the braille pattern without a dot, the notehead that is none, blanks and what only joins others.
 */
const unseen =
  /[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\u2800\ufff9-\ufffc\u{1d159}\u{13430}-\u{13442}]/gu

export const withoutUnseen = (text: string) => text.replaceAll(unseen, '')

/** Whether a person sees anything of a text. Marks need something to stand on. */
export const isSeen = (text: string) => /[^\p{M}]/u.test(withoutUnseen(text))
