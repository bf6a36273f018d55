import type { ProjectFile } from '../support/rules/project.ts'

/** As `lineWidth` in biome.json and `max_line_length` in .editorconfig, which prettier reads. */
const widest = 110

/** Written by machines, recorded, or of a release that is out; answers.map has an answer a line. */
const asTheyAre =
  /^(bun\.lock|haproxy\/errors\/answers\.map|sql\/migrations\/.*\.sql|.*\.(json|svg))$|\/release-0\.1\.0\//

const comment = /^\s*(\/?\*|\/\/|#|--|<!--)/
const word = /\S{50,}/
/** What formatters never break, so that it can be searched for. */
const text = /'[^']{50,}'|"[^"]{50,}"|`[^`]{50,}`|>[^<>]{50,}</

/**
 * Returns the lines that are wider than a reader's window, as "path:line: width". A word or a quoted text of
 * 50 characters or more, such as an address or a sentence of a page, may make a line wider.
 */
export function wideLines({ path, text: content }: ProjectFile): string[] {
  if (asTheyAre.test(path)) return []
  return content.split('\n').flatMap((line, index) => {
    const width = [...line].length
    const mayBe = word.test(line) || (!comment.test(line) && text.test(line))
    return width > widest && !mayBe ? [`${path}:${index + 1}: ${width}`] : []
  })
}
