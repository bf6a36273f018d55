import { Html } from '@elysiajs/html'

/**
 * `href` is the page that shows what is new, `target` what of it takes the place of the same here, or undefined where
 * the list is too long for that: then the link leads to `ofEach`, with the `{id}` of the newest. `withIt` changes, too.
 */
type NewsProps = {
  href: string
  target?: string
  withIt?: string
  ofEach?: string
  sentences: { one: string; other: string }
}

/** Tells of what is new in a list, and brings it. Hidden until there is something; it takes no room, so nothing moves. */
export const News = ({ href, target, withIt, ofEach, sentences: { one, other } }: NewsProps) => {
  const bringsIt = { 'hx-get': href, 'hx-select': target, 'hx-target': target, 'hx-swap': 'outerMorph' }
  return (
    <p class="news">
      <a
        class="button"
        href={href}
        {...(target ? bringsIt : {})}
        hx-select-oob={withIt}
        data-of-each={ofEach}
        data-one={one}
        data-other={other}
        hidden
        safe
      >
        {other}
      </a>
    </p>
  )
}
