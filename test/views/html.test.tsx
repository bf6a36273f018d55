import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { Window } from 'happy-dom'
import { Html } from '../../views/html.ts'

const document = new Window().document
const pieces = ['&', 'amp;', 'lt;', '&#34', '"', "'", '<', '>', '\n', ' ', 'a', 'ن', '=', '`', '&amp;lt;b']
const texts = fc.array(fc.constantFrom(...pieces), { minLength: 1 }).map((some) => some.join(''))

const parsed = (markup: unknown) => {
  document.body.innerHTML = String(markup)
  return document.body.firstElementChild!
}

test('a browser reads in an attribute exactly what was given', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const rest = { title: text }
      const drawn = parsed(<input value={text} class={[text, 'b']} data-of={text} {...rest} />)

      expect(drawn.getAttribute('value')).toBe(text)
      expect(drawn.getAttribute('data-of')).toBe(text)
      expect(drawn.getAttribute('title')).toBe(text)
      expect(drawn.getAttribute('class')).toBe(`${text.trim()} b`.trimStart())

      expect(parsed(<input {...rest} />).getAttribute('title')).toBe(text)
      expect(rest.title).toBe(text)
    }),
  )
})

test('a browser reads in an element exactly what was given', () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(parsed(<p safe>{text}</p>).textContent).toBe(text)
    }),
  )
})

test('numbers, flags and what is not there stay as they are', () => {
  expect(String(<input value="1" maxlength={5} required disabled={false} name={undefined} />)).toBe(
    '<input value="1" maxlength="5" required/>',
  )
})
