import { Html as Kita } from '@elysiajs/html'

type Attributes = Parameters<typeof Kita.createElement>[1]

/**
 * What draws elements. Kita's own escapes in attributes nothing but quotes: a browser would read `&lt;`, which somebody typed,
 * as `<`, and a form that is sent again would change what nobody touched.
 */
export const Html = {
  ...Kita,
  createElement: ((name, attributes, ...children) =>
    Kita.createElement(
      name,
      typeof name === 'string' ? escaped(attributes) : attributes,
      ...children,
    )) as typeof Kita.createElement,
}

/** Few attributes have anything to escape, and those of an element are its own: JSX makes them anew for each. */
function escaped(attributes: Attributes): Attributes {
  for (const name in attributes) {
    const value = attributes[name]
    if (typeof value === 'string') {
      if (value.includes('&')) attributes[name] = withoutReferences(value)
    } else if (Array.isArray(value)) attributes[name] = value.map((each) => withoutReferences(`${each}`))
  }
  return attributes
}

const withoutReferences = (text: string) => text.replaceAll('&', '&amp;')
