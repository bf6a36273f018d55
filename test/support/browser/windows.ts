import { phone, type WindowOptions } from './window.ts'

const speaking = (language: string) => ({ cookies: new Map([['language', language]]) })

/** Each language with JavaScript and without it, once on a phone. */
export const windows: [string, WindowOptions][] = [
  ['in English with JavaScript', {}],
  ['in English without it, on a phone', { ...phone, javaScript: false }],
  ['in Arabic with JavaScript', speaking('ar')],
  [
    'in Arabic without it, on a phone in the dark',
    { ...phone, javaScript: false, dark: true, ...speaking('ar') },
  ],
  ['in German with JavaScript, on a phone in the dark', { ...phone, dark: true, ...speaking('de') }],
  ['in German without it', { javaScript: false, ...speaking('de') }],
]

/** Each language once, with JavaScript and without it, on a desktop and a phone: for what takes long. */
export const fewWindows = windows.filter((_, at) => [0, 3, 4].includes(at))
