import { expect, setDefaultTimeout, test } from 'bun:test'
import { projectFiles } from './support/rules/project.ts'
import { importsOf } from './support/rules/rules.ts'

// They read every file.
setDefaultTimeout(60_000)

/** Returns the first way found from a file back to itself, as paths in order; nothing when there is none. */
function cycleIn(imports: Map<string, string[]>): string[] | undefined {
  const done = new Set<string>()
  const follow = (path: string, way: string[]): string[] | undefined => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path]
    if (done.has(path)) return undefined
    for (const to of imports.get(path) ?? []) {
      const cycle = follow(to, [...way, path])
      if (cycle) return cycle
    }
    done.add(path)
    return undefined
  }
  for (const path of imports.keys()) {
    const cycle = follow(path, [])
    if (cycle) return cycle
  }
  return undefined
}

test('a file that imports itself by way of others is found', () => {
  const straight: [string, string[]][] = [
    ['a.ts', ['b.ts', 'c.ts']],
    ['b.ts', ['c.ts']],
  ]

  expect(cycleIn(new Map(straight))).toBeUndefined()
  expect(cycleIn(new Map([...straight, ['c.ts', ['d.ts']], ['d.ts', ['b.ts']]]))).toEqual([
    'b.ts',
    'c.ts',
    'd.ts',
    'b.ts',
  ])
})

test('no file imports itself by way of others, types included', () => {
  const files = projectFiles().filter(({ path }) => /\.tsx?$/.test(path))
  const imports = new Map(files.map((file) => [file.path, importsOf(file).map(({ to }) => to)]))

  expect(imports.get('src/app.ts')).toContain('src/site.ts')
  expect(cycleIn(imports)).toBeUndefined()
})

/** What features are built on, and knows nothing of their order. */
const base = ['http', 'language', 'openapi', 'platform', 'text']

/** The feature that a file belongs to: its folder in `src/`. */
const featureOf = (path: string) => {
  const [, feature] = /^src\/([\w-]+)\//.exec(path) ?? []
  return feature === undefined || base.includes(feature) ? undefined : feature
}

test('features have a direction: none imports itself by way of others', () => {
  const imports = new Map<string, string[]>()
  for (const file of projectFiles()) {
    const feature = featureOf(file.path)
    if (feature === undefined || !/\.tsx?$/.test(file.path)) continue
    const others = importsOf(file).flatMap(({ to }) => featureOf(to) ?? [])
    imports.set(feature, [...(imports.get(feature) ?? []), ...others.filter((other) => other !== feature)])
  }

  expect(imports.get('comments')).toContain('posts')
  expect(cycleIn(imports)).toBeUndefined()
})
