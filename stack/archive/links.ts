/** What the views write before the path of a file of the archive. */
const within = 'archive:'

/** A tag that leads somewhere: before its address, the address, and the rest. */
const leading =
  /(<(?:a|img|link|script|form)\b(?:[^>"]|"[^"]*")*?) (href|src|action)="([^"]*)"((?:[^>"]|"[^"]*")*>)/g

/**
 * Makes the addresses of a page lead to files: those of the site to what `fileOf` returns, and where it
 * returns nothing the words stay, without the link. `depth`: in how many folders the page is.
 */
export function withFiles(
  markup: string,
  depth: number,
  fileOf: (path: string) => string | undefined,
): string {
  const up = '../'.repeat(depth)
  return markup.replace(leading, (whole, before: string, name: string, address: string, rest: string) => {
    if (address.startsWith(within)) return `${before} ${name}="${up}${address.slice(within.length)}"${rest}`
    if (/^(https?:\/\/|mailto:)/i.test(address)) return whole
    const file = fileOf(plain(address))
    return file === undefined ? `${before}${rest}` : `${before} ${name}="${up}${file}"${rest}`
  })
}

const plain = (address: string) =>
  address.replaceAll('&amp;', '&').replaceAll('&#34;', '"').replaceAll('&quot;', '"').replaceAll('&#39;', "'")
