/** What a browser would run: scripts of the page's own, handlers in attributes. Data it does not run. */
export function runnable(markup: string): string[] {
  const found: string[] = []
  const look = (element: HTMLRewriterTypes.Element) => {
    const isData = element.getAttribute('type') === 'application/ld+json'
    if (element.tagName === 'script' && !element.getAttribute('src') && !isData) found.push('script')
    for (const [name] of element.attributes)
      if (name.startsWith('on')) found.push(`${element.tagName} ${name}`)
  }
  new HTMLRewriter().on('*', { element: look }).transform(markup)
  return found
}
