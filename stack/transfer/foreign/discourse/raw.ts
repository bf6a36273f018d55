/** Texts as Discourse stores them: Markdown with quotes and files of its own. */

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** The SHA-1 in an address as `upload://r3AYqESanERjladb4vBB7VsMBm6.png`, in hex. */
export function sha1Of(address: string): string | undefined {
  const text = /^upload:\/\/([0-9A-Za-z]{1,30})(\.\w+)?$/.exec(address)?.[1]
  if (!text) return undefined
  let number = 0n
  for (const letter of text) number = number * 62n + BigInt(letters.indexOf(letter))
  return number.toString(16).padStart(40, '0')
}

const picture = /!\[([^\]]*)\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g

/** Its pictures, in their order; what stands behind a bar in the words is their size. */
export const picturesIn = (raw: string) =>
  Array.from(raw.matchAll(picture), ([, alt = '', address = '']) => ({
    alt: (alt.split('|')[0] ?? '').trim(),
    address,
  }))

/** Returns the text as Markdown of here. `without`: the address of a picture that stands elsewhere. */
export function markdownOf(raw: string, without?: string): string {
  const shown = raw
    .replaceAll('\r\n', '\n')
    .replaceAll(picture, (whole, alt: string, address: string) => {
      if (address === without) return ''
      return address.startsWith('upload://') ? (alt.split('|')[0] ?? '').trim() : whole.slice(1)
    })
    .replaceAll(/\[([^\]|]*)\|attachment\]\(upload:\/\/[^)]*\)/g, '$1')
    .replaceAll(/\[details(?:="?([^"\]]*)"?)?\]|\[\/details\]/g, (_, title?: string) =>
      title ? `**${title}**` : '',
    )
  return quotesIn(shown)
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}

/** The innermost ones first. */
function quotesIn(text: string): string {
  const quote = /\[quote(?:="?([^"\]]*)"?)?\]((?:(?!\[quote)[\s\S])*?)\[\/quote\]/
  let shown = text
  for (let found = quote.exec(shown); found; found = quote.exec(shown)) {
    const [whole, by = '', words = ''] = found
    const author = by.split(',')[0]?.trim()
    const lines = `${author ? `**${author}:**\n` : ''}${words.replaceAll(/\n{3,}/g, '\n\n').trim()}`.split(
      '\n',
    )
    const quoted = `\n\n${lines.map((line) => `> ${line}`.trimEnd()).join('\n')}\n\n`
    shown = shown.slice(0, found.index) + quoted + shown.slice(found.index + whole.length)
  }
  return shown
}
