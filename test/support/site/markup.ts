/** What a reader is given of an element: its text, with that of all that is in it, and its attributes. */
export type Found = { text: string; attributes: Record<string, string> }

/** Returns the elements of a page or fragment that a CSS selector finds, in their order. */
export function find(markup: string, selector: string): Found[] {
  const found: Found[] = []
  const open: Found[] = []
  new HTMLRewriter()
    .on(selector, {
      element(element) {
        const each: Found = { text: '', attributes: {} }
        for (const [name, value] of element.attributes) each.attributes[name] = unescaped(value)
        found.push(each)
        if (isEmpty.has(element.tagName)) return
        open.push(each)
        element.onEndTag(() => {
          open.splice(open.indexOf(each), 1)
        })
      },
      text({ text }) {
        for (const each of open) each.text += text
      },
    })
    .transform(markup)
  return found.map(({ text, attributes }) => ({ text: unescaped(text), attributes }))
}

/** Returns the texts of what a CSS selector finds. */
export const textsIn = (markup: string, selector: string): string[] =>
  find(markup, selector).map(({ text }) => text.trim())

/** Returns an attribute of the first element that a CSS selector finds. Throws when there is none. */
export function attributeIn(markup: string, selector: string, name: string): string {
  const value = find(markup, selector)[0]?.attributes[name]
  if (value === undefined) throw new Error(`no ${selector} with ${name} in ${markup.slice(0, 500)}`)
  return value
}

const isEmpty = new Set(['area', 'br', 'col', 'hr', 'img', 'input', 'link', 'meta', 'path', 'source', 'wbr'])

const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }

const unescaped = (text: string) =>
  text.replace(/&(?:#(\d+)|(\w+));/g, (whole, code?: string, name = '') =>
    code ? String.fromCodePoint(Number(code)) : (named[name] ?? whole),
  )
