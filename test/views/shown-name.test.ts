import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import fc from 'fast-check'
import { LikedBy } from '../../views/likes.tsx'
import { shownName, wholeName } from '../../views/names.ts'

setDefaultTimeout(60_000)

describe('a name is shown', () => {
  test.each([
    ['ana', 'ana'],
    ['José Müller', 'José Müller'],
    ['राम', 'राम'],
    ['مُحَمَّد', 'مُحَمَّد'],
    ['کتاب\u200cخانه', 'کتاب\u200cخانه'],
    ['Анна', 'Анна'],
    ['Ελένη', 'Ελένη'],
    ['👩\u200d🌾 ❤\ufe0f', '👩\u200d🌾 ❤\ufe0f'],
    ['a\ufe0fb', 'a⟨U+FE0F⟩b'],
    ['a\u00a0b', 'a⟨U+00A0⟩b'],
    ['a\nb', 'a␊b'],
    ['admin\u200b', 'admin⟨U+200B⟩'],
    ['ad\u200dmin', 'ad⟨U+200D⟩min'],
    ['\u202enimda', '⟨U+202E⟩nimda'],
    ['аdmin', 'а⟨U+0430⟩dmin'],
    ['b๐b', 'b๐⟨U+0E50⟩b'],
    ['ana-৪', 'ana-৪⟨U+09EA⟩'],
    ['ana１', 'ana１⟨U+FF11⟩'],
    ['Анна2', 'Анна2'],
    ['محمد٢٠', 'محمد٢٠'],
    ['สมชาย๒', 'สมชาย๒'],
    ['\u3164', '⟨U+3164⟩'],
    ['\u2800', '⟨U+2800⟩'],
    ['\u{1d159}', '⟨U+1D159⟩'],
    ['\ufffc', '⟨U+FFFC⟩'],
    [' a  b ', '␣a␣␣b␣'],
    [`a${'\u0301'.repeat(50)}`, `a${'\u0301'.repeat(4)}`],
    ['a'.repeat(101), `${'a'.repeat(100)}…`],
    ['😀'.repeat(101), `${'😀'.repeat(100)}…`],
  ])('%j as %j', (name, shown) => {
    expect(shownName(name)).toBe(shown)
  })

  test('whole on its own page, as far as people read', () => {
    expect(shownName('a'.repeat(20_000), wholeName)).toBe('a'.repeat(20_000))
    expect(shownName('a'.repeat(300_000), wholeName)).toBe(`${'a'.repeat(20_000)}…`)
  })

  test('in the time that its beginning takes, however long it is', () => {
    const read = shownName('\u200b'.repeat(2_000_000), wholeName)

    expect(read).toBe(`${'⟨U+200B⟩'.repeat(20_000)}…`)
  })

  test('among those who like a post', () => {
    expect(LikedBy({ names: ['admin\u200b', '\u202enimda'], likes: 2 })).toContain('>admin⟨U+200B⟩<')
  })

  test('whatever it is, in one line, without what turns others around', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (name) => {
        expect(shownName(name)).not.toMatch(
          /[\p{Cc}\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\u2028\u2029]/u,
        )
      }),
    )
  })
})
