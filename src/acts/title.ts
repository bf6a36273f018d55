const longestTitle = 200

/** What an act is called on the board: its caption in one line, cut where a title must end. */
export function titleOf(caption: string): string {
  const start = caption
    .slice(0, 2_000)
    .toWellFormed()
    .replaceAll(/[\p{White_Space}\p{Cc}]+/gu, ' ')
    .trim()
  const characters = [...start]
  if (characters.length === 0) return 'Untitled'
  return characters.length <= longestTitle ? start : `${characters.slice(0, longestTitle - 1).join('')}…`
}
