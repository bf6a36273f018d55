import type { Counted } from '../texts/counted.ts'
import { formsOf } from '../texts/say.ts'
import { Html } from './html.ts'

/**
 * `href` is the page that shows what is new, `target` what of it takes the place of the same here, or undefined where
 * the list is too long for that: then the link leads to `ofEach`, with the `{id}` of the newest. `withIt` changes, too.
 */
type NewsProps = {
  href: string
  target?: string
  withIt?: string
  ofEach?: string
  /** What is counted: public/live.js fills the form for the number. */
  counted: Counted
}

/** Tells of what is new in a list, and brings it. Hidden until there is something; it takes no room, so nothing moves. */
export const News = ({ href, target, withIt, ofEach, counted }: NewsProps) => {
  const bringsIt = { 'hx-get': href, 'hx-select': target, 'hx-target': target, 'hx-swap': 'outerMorph' }
  return (
    <p class="news">
      <a
        class="button"
        href={href}
        {...(target ? bringsIt : {})}
        hx-select-oob={withIt}
        data-of-each={ofEach}
        {...formsOf(counted)}
        hidden
      ></a>
    </p>
  )
}
