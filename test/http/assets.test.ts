import { expect, test } from 'bun:test'
import { type Asset, lean, openAssets } from '../../src/http/assets.ts'

const { byName, style, script, url, links } = await openAssets()

const at = (address: string) => byName.get(address.replace('/static/', '')) as Asset
const textOf = ({ content }: Asset) => new TextDecoder().decode(content)

test('all JavaScript of a page together is less than 20 KB on its way to a browser', () => {
  const scripts = [...byName.values()].filter(({ name }) => name.endsWith('.js'))
  const ofEach = scripts.filter(({ name }) => !/^(passkeys|push)\./.test(name))

  expect([scripts.length, ofEach.length]).toEqual([5, 3])
  expect(ofEach.reduce((sum, { gzipped }) => sum + gzipped.length, 0)).toBeLessThan(20_000)
})

test('the script for passkeys, which two pages have, is less than 4 KB', () => {
  expect(at(links.passkeys).gzipped.length).toBeLessThan(4_000)
})

test('the script for web push, which one page has, is less than 1 KB', () => {
  expect(at(links.push).gzipped.length).toBeLessThan(1_000)
})

test('all CSS of a page is less than 24 KB as a browser reads it, and 6 KB on its way there', () => {
  const { content, gzipped } = at(style)

  expect(content.length).toBeLessThan(24_000)
  expect(gzipped.length).toBeLessThan(6_000)
})

test('the sheet of tools, which pages of members do not have, is less than 2 KB on its way', () => {
  expect(textOf(at(style))).not.toContain('.decisions')
  expect(textOf(at(links.tools))).toContain('.decisions')
  expect(at(links.tools).gzipped.length).toBeLessThan(2_000)
})

test("the one stylesheet begins with the site's own rules, which the features' build on", () => {
  const text = textOf(at(style))

  expect(text).toStartWith(':root{')
  expect(text).toContain('.shelf{display:')
  expect(text).not.toContain('/*')
})

test('strings in a stylesheet stay as they are', () => {
  const style = `
    /* "quoted" { */
    .a::before { content: "/* a  {b} ; \\" */" ; color: red /* so */ }
    .b > .c { margin: 0 }`

  expect(lean(style)).toBe(` .a::before{content: "/* a  {b} ; \\" */";color: red}.b > .c{margin: 0}`)
})

test('the one script keeps its names to itself', () => {
  const text = textOf(at(script))

  expect(() => new Bun.Transpiler({ loader: 'js' }).transformSync(text)).not.toThrow()
  expect(text.trim()).toMatch(/^\(\(\)=>\{.*\}\)\(\);$/s)
})

test('another text has another address', () => {
  expect([style, script, url('icon.svg')].map((each) => each.replace(/\.[0-9a-f]{10}\./, '.'))).toEqual([
    '/static/site.css',
    '/static/agora.js',
    '/static/icon.svg',
  ])
})
