import { expect, test } from 'bun:test'
import { addressIn } from '../../src/mail/address.ts'

test('an address is what HTML takes for one', () => {
  const taken = ['a@b', "o'neil+x@board.example", 'x_y@xn--bcher-kva.example', `${'a'.repeat(60)}@b.example`]
  const refused = [
    ...[
      'a',
      '@b',
      'a@',
      'a b@c',
      'a@b c',
      'a@-b',
      'a@b-',
      'a@b..c',
      'a@b\nc',
      'a,b@c',
      '"a"@b',
      'ü@b',
      'a@ü',
    ],
    ...[`a@${'b'.repeat(64)}`, `${'a'.repeat(250)}@b.example`, 'a@b\0', 'a@b;c@d', '<a@b>'],
  ]

  expect(taken.filter((each) => addressIn(each) !== each)).toEqual([])
  expect(refused.filter((each) => addressIn(each) !== undefined)).toEqual([])
  expect(addressIn(' a@b ')).toBe(addressIn('a@b')!)
})
