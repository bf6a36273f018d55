import { readFileSync } from 'node:fs'
import bidiOf from 'bidi-js'
import type PDFDocument from 'pdfkit'

/**
 * Lines of mixed directions and scripts in a PDF. pdfkit draws one run of one direction in one font, so a
 * line is cut into runs by the Unicode Bidirectional Algorithm (UAX #9) and by which font has a character,
 * and they are drawn from left to right. Joined scripts are shaped by the font, run by run; the rest of what
 * runs from right to left is turned and mirrored here. A font's other features are off: a ligature would be
 * read back as one letter.
 */
export type Pen = {
  /** Draws a line whose left end is at `x`. */
  line(text: string, at: { x: number; y: number; isRtl: boolean } & Face): void
  width(text: string, isRtl: boolean, face: Face): number
  /** Cuts a text into lines of this width, between words where it can. */
  wrap(text: string, width: number, isRtl: boolean, face: Face): string[]
}

export type Face = { size: number; isBold?: boolean }

type Weight = 400 | 700
type Run = { level: number; font: number; isArabic: boolean; text: string }

/** In the order in which they are asked for a character; those of one family are parts of one font. */
const families = [
  ...['latin', 'latin-ext', 'cyrillic', 'cyrillic-ext', 'greek', 'greek-ext', 'vietnamese'].map(
    (part) => ['noto-sans', part] as const,
  ),
  ['amiri', 'arabic'] as const,
]
/** Marks that turn letters, and others that nobody sees. */
const unseen = /[\p{Cf}\p{Cc}\u2028\u2029]/u
const arabic = /\p{Script=Arabic}|\p{M}/u
const options = { features: [], lineBreak: false }
const bidi = bidiOf()

export function penFor(document: InstanceType<typeof PDFDocument>): Pen {
  const glyphsOf = new Map<string, { hasGlyphForCodePoint(code: number): boolean }>()

  /** Fonts are read when the first character needs them. */
  const open = (font: number, weight: Weight) => {
    const name = `${font}-${weight}`
    const [family = 'noto-sans', part] = families[font] ?? []
    if (!glyphsOf.has(name)) {
      const file = `@fontsource/${family}/files/${family}-${part}-${weight}-normal.woff`
      document.registerFont(name, readFileSync(Bun.resolveSync(file, import.meta.dir)))
    }
    document.font(name)
    const { font: glyphs } = (document as unknown as { _font: { font: Glyphs } })._font
    glyphsOf.set(name, glyphs)
    return glyphs
  }

  const fontOf = (character: string, before: number | undefined, weight: Weight) => {
    const code = character.codePointAt(0) ?? 0
    const has = (font: number) => open(font, weight).hasGlyphForCodePoint(code)
    if (before !== undefined && has(before)) return before
    const found = families.findIndex((_, font) => has(font))
    return found === -1 ? 0 : found
  }

  const runsOf = (text: string, isRtl: boolean, weight: Weight): Run[] => {
    const { levels } = bidi.getEmbeddingLevels(text, isRtl ? 'rtl' : 'ltr')
    const runs: Run[] = []
    let at = 0
    for (const character of text) {
      const level = levels[at] ?? 0
      at += character.length
      if (unseen.test(character)) continue
      const before = runs.at(-1)
      const isArabic = level % 2 === 1 && arabic.test(character)
      const sameWay = before?.level === level && before.isArabic === isArabic ? before : undefined
      const font = fontOf(character, sameWay?.font, weight)
      if (sameWay?.font === font) sameWay.text += character
      else runs.push({ level, font, isArabic, text: character })
    }
    return turned(runs)
  }

  const faceOf = ({ size, isBold = false }: Face) => {
    document.fontSize(size)
    return isBold ? 700 : 400
  }

  const measured = (text: string, isRtl: boolean, face: Face) => {
    const weight = faceOf(face)
    return runsOf(text, isRtl, weight).map((run) => {
      open(run.font, weight)
      return { run, width: document.widthOfString(run.text, options) }
    })
  }

  const width = (text: string, isRtl: boolean, face: Face) =>
    measured(text, isRtl, face).reduce((sum, each) => sum + each.width, 0)

  return {
    width,

    line(text, { x, y, isRtl, ...face }) {
      let at = x
      for (const { run, width } of measured(text, isRtl, face)) {
        open(run.font, face.isBold ? 700 : 400)
        document.text(run.text, at, y, { ...options, baseline: 'alphabetic' })
        at += width
      }
    },

    wrap(text, most, isRtl, face) {
      const lines: string[] = []
      for (const paragraph of text.split('\n')) {
        let line = ''
        for (const word of paragraph.split(' ').flatMap((each) => pieces(each, most, isRtl, face, width))) {
          const longer = line === '' ? word : `${line} ${word}`
          if (line !== '' && width(longer, isRtl, face) > most) {
            lines.push(line)
            line = word
          } else line = longer
        }
        lines.push(line)
      }
      return lines
    },
  }
}

type Glyphs = { hasGlyphForCodePoint(code: number): boolean }

/** A word that is wider than a line, in parts that are not. */
function pieces(word: string, most: number, isRtl: boolean, face: Face, width: Pen['width']): string[] {
  if (width(word, isRtl, face) <= most) return [word]
  const parts: string[] = []
  let part = ''
  for (const character of word) {
    if (part !== '' && width(part + character, isRtl, face) > most) {
      parts.push(part)
      part = character
    } else part += character
  }
  return [...parts, part]
}

/** Runs as they stand from left to right: rule L2 of UAX #9, and L4 where no font does it. */
function turned(runs: Run[]): Run[] {
  const visual = [...runs]
  for (let level = Math.max(0, ...runs.map((run) => run.level)); level >= 1; level--) {
    for (let from = 0; from < visual.length; from++) {
      let end = from
      while ((visual[end]?.level ?? 0) >= level) end++
      visual.splice(from, end - from, ...visual.slice(from, end).reverse())
      from = Math.max(from, end)
    }
  }
  return visual.map((run) =>
    run.level % 2 === 1 && !run.isArabic ? { ...run, text: mirrored(run.text) } : run,
  )
}

const mirrored = (text: string) =>
  [...text]
    .reverse()
    .map((character) => bidi.getMirroredCharacter(character) ?? character)
    .join('')
