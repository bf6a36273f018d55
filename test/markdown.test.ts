import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { Window } from 'happy-dom'
import { readPage } from './support/rules/markdown.ts'
import { projectFiles } from './support/rules/project.ts'
import { root } from './support/servers/reaper.ts'

setDefaultTimeout(30_000)

const pages = projectFiles()
  .filter(({ path }) => path.endsWith('.md'))
  .map(readPage)

describe('links', () => {
  test.each(pages)('$path leads to files and headings that are there', ({ path, links }) => {
    const dead = links.filter((link) => !/^(https?|mailto):/.test(link) && !leads(path, link))

    expect(dead).toEqual([])
  })

  test('one that leads nowhere is noticed', () => {
    const bad = ['gone.md', 'README.md#gone', '#gone', 'docs/gone.png'].filter(
      (link) => !leads('README.md', link),
    )
    const good = ['README.md', 'README.md#settings', '#start', 'docs/', 'LICENSE'].filter((link) =>
      leads('README.md', link),
    )

    expect(bad).toHaveLength(4)
    expect(good).toHaveLength(5)
  })
})

describe('diagrams', () => {
  type Mermaid = { parse(text: string): Promise<unknown> }
  let mermaid: Mermaid

  // Its sanitizer for labels wants a document, and looks for it when it is loaded.
  beforeAll(async () => {
    const window = new Window()
    const names = ['document', 'Element', 'Node', 'NodeFilter', 'DocumentFragment', 'DOMParser'] as const
    const more = ['HTMLTemplateElement', 'HTMLFormElement', 'NamedNodeMap'] as const
    const before = [...names, ...more, 'window' as const].map(
      (name) => [name, Reflect.get(globalThis, name)] as const,
    )
    for (const name of [...names, ...more]) Reflect.set(globalThis, name, window[name])
    Reflect.set(globalThis, 'window', window)
    mermaid = (await import('mermaid')).default
    // The first diagram that is read makes the sanitizer.
    await mermaid.parse('flowchart LR\n  a["b<br>c"] --> d')
    for (const [name, value] of before) Reflect.set(globalThis, name, value)
    await window.happyDOM.close()
  })

  const diagrams = pages.flatMap(({ path, diagrams }) =>
    diagrams.map((text, index) => ({ name: `${path}, ${index + 1}`, text })),
  )

  test.each(diagrams)('$name can be drawn', async ({ text }) => {
    expect(await mermaid.parse(text)).toBeTruthy()
  })

  test('one that is broken is noticed', async () => {
    expect(diagrams.length).toBeGreaterThan(2)
    await expect(mermaid.parse('flowchart LR\n  a["open --> b')).rejects.toThrow()
    await expect(mermaid.parse('a picture')).rejects.toThrow()
  })
})

/** Whether a link on a page leads to a file of the project, and its `#part` to a heading there. */
function leads(from: string, link: string): boolean {
  const [file = '', anchor] = decodeURI(link).split('#')
  const target = file === '' ? from : normalize(join(dirname(from), file))
  if (!existsSync(join(root, target))) return false
  const page = pages.find(({ path }) => path === target)
  return anchor === undefined || page?.anchors.includes(anchor) === true
}
