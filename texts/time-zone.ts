import { eachLanguage, language } from './say.ts'

/** The board's: a process serves one board. */
let zone = 'UTC'

/** In which the board's days and times are written, for readers whose browser does not write theirs. */
export const timeZone = () => zone

/** Whoever has read what admins set tells what it is now. */
export function keepTimeZone(name: string): void {
  zone = name
}

/** One of each language, made anew when the board's time zone becomes another. */
export function inTimeZone<T>(make: (locale: string) => T): () => T {
  let madeIn = zone
  let made = eachLanguage(make)
  return () => {
    if (madeIn !== zone) {
      madeIn = zone
      made = eachLanguage(make)
    }
    return made[language()]
  }
}
