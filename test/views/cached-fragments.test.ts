import { expect, test } from 'bun:test'
import { say, speaking } from '../../texts/say.ts'
import { cachedFragment, cachedList, cachedVariants, staticFragment } from '../../views/html.ts'

test('what is drawn once is drawn once for each language, and each reader gets their own', () => {
  let drawings = 0
  const draw = cachedFragment(({ name }: { name: string }) => {
    drawings++
    return `${say('Search')}: ${name}`
  })
  const muffins = { name: 'Muffins' }

  const read = [1, 2].flatMap(() => [draw(muffins), speaking('ar', () => draw(muffins))])

  expect(read).toEqual(['Search: Muffins', 'بحث: Muffins', 'Search: Muffins', 'بحث: Muffins'])
  expect(drawings).toBe(2)
})

test('something else is drawn by itself, even if it looks the same', () => {
  let drawings = 0
  const draw = cachedFragment(() => ++drawings)

  expect([draw({ name: 'Muffins' }), draw({ name: 'Muffins' })]).toEqual(['1', '2'])
})

test('one thing is drawn once for each kind that it is shown as', () => {
  let drawings = 0
  const draw = cachedVariants(
    (thing: { name: string }, kind: number) => `${thing.name} ${kind} ${++drawings}`,
  )
  const [ana, bo] = [{ name: 'ana' }, { name: 'bo' }]

  expect([draw(ana, 1), draw(ana, 2), draw(ana, 1), draw(bo, 1)]).toEqual([
    'ana 1 1',
    'ana 2 2',
    'ana 1 1',
    'bo 1 3',
  ])
})

test('a list is put together once for each kind of its things, and anew when one of them is another', () => {
  let drawings = 0
  const draw = cachedList(({ name }: { name: string }, kind) => `${name}${kind} ${++drawings};`)
  const [ana, bo, cem] = [{ name: 'ana' }, { name: 'bo' }, { name: 'cem' }]

  const plain = draw([ana, bo])
  const marked = draw([ana, bo], ['', '!'])

  expect([plain, marked]).toEqual(['ana 1;bo 2;', 'ana 3;bo! 4;'])
  expect([draw([ana, bo]), draw([ana, bo], ['', '!']), draw([])]).toEqual([plain, marked, ''])
  expect([draw([ana, cem]), draw([ana, bo])]).toEqual(['ana 5;cem 6;', 'ana 7;bo 8;'])
})

test('what is the same for everyone is drawn once in each language, in English without a letter beyond ASCII', () => {
  let drawings = 0
  const draw = staticFragment((kind: string) => `${kind} · العربية ${say('Search')} ${++drawings}`)

  const [english, again] = [draw('a'), draw('a')]
  const arabic = speaking('ar', () => draw('a'))

  expect(english).toBe('a &#183; &#1575;&#1604;&#1593;&#1585;&#1576;&#1610;&#1577; Search 1')
  expect(again).toBe(english)
  expect(arabic).toStartWith('a · العربية ')
  expect(arabic).not.toContain('Search')
})
