import { expect, test } from 'bun:test'
import { say, speaking } from '../../texts/say.ts'
import { drawnOnce } from '../../views/drawn-once.ts'

test('what is drawn once is drawn once for each language, and each reader gets their own', () => {
  let drawings = 0
  const draw = drawnOnce(({ name }: { name: string }) => {
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
  const draw = drawnOnce(() => ++drawings)

  expect([draw({ name: 'Muffins' }), draw({ name: 'Muffins' })]).toEqual(['1', '2'])
})
