import { expect, test } from 'bun:test'
import { idIn, idParam } from '../../src/http/params.ts'

const ids = ['1', '42', String(Number.MAX_SAFE_INTEGER)]
const none = ['', '0', '01', '-1', '+1', '1.0', ' 1', '1e3', '٤', String(Number.MAX_SAFE_INTEGER + 1), 'x']

test.each(ids)('%s is an id', (id) => {
  expect(idIn(id, 'There is no such post.')).toBe(Number(id))
  expect(idParam(new Request(`http://localhost/?before=${id}`), 'before')).toBe(id)
})

test.each(none)('%j is none: as a path it is not found, as a parameter it asks for nothing', (text) => {
  const request = new Request(`http://localhost/?${new URLSearchParams({ before: text })}`)

  expect(() => idIn(text, 'There is no such post.')).toThrow('There is no such post.')
  expect(idParam(request, 'before')).toBeUndefined()
})
