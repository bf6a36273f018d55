/**
 * Searches an archive that was opened from a folder. There `fetch` is forbidden, so each part of the index is
 * a script, which calls `agoraPart` with it; they are loaded with the first search.
 */

import MiniSearch from 'minisearch'
import { type Found, indexed, wordsOf } from './words.ts'

const mostShown = 100

const form = document.querySelector<HTMLFormElement>('#archive-search')
const asked = form?.querySelector('input')
const list = document.querySelector('#found')
const said = document.querySelector('#found-status')
const count = Number(form?.dataset.parts)

const parts: MiniSearch[] = []
let loading: Promise<void> | undefined

Object.assign(window, {
  agoraPart: (part: Parameters<typeof MiniSearch.loadJS>[0]) => parts.push(MiniSearch.loadJS(part, indexed)),
})

async function loadAll(): Promise<void> {
  for (let number = 1; number <= count; number++) {
    await new Promise<void>((resolve, reject) => {
      const script = document.createElement('script')
      script.src = `search/part-${number}.js`
      script.onload = () => resolve()
      script.onerror = () => reject(new Error(script.src))
      document.head.append(script)
    })
  }
}

async function show(): Promise<void> {
  const question = asked?.value ?? ''
  if (wordsOf(question).length === 0) return list?.replaceChildren()
  loading ??= loadAll()
  await loading
  if (question !== asked?.value) return
  const found = parts
    .flatMap((part) => part.search(question, { combineWith: 'AND', prefix: isLast, boost: { title: 2 } }))
    .toSorted((a, b) => b.score - a.score) as unknown as Found[]
  list?.replaceChildren(...found.slice(0, mostShown).map(rowOf))
  if (said && form)
    said.textContent =
      found.length === 0
        ? (form.dataset.none ?? '')
        : (form.dataset.some ?? '').replace('{count}', String(found.length))
}

/** Of the words that were typed the last may be the beginning of one. */
const isLast = (_: string, index: number, words: string[]) => index === words.length - 1

function rowOf({ path, title, by, day, start }: Found): HTMLElement {
  const row = document.createElement('li')
  const link = document.createElement('a')
  link.href = path
  link.textContent = title
  link.dir = 'auto'
  const about = document.createElement('small')
  about.textContent = `${by} · ${day}`
  const text = document.createElement('p')
  text.textContent = start
  text.dir = 'auto'
  row.append(link, ' ', about, text)
  return row
}

form?.addEventListener('submit', (event) => {
  event.preventDefault()
  history.replaceState(null, '', `?q=${encodeURIComponent(asked?.value ?? '')}`)
  void show()
})
asked?.addEventListener('input', () => void show())

const before = new URLSearchParams(location.search).get('q')
if (before && asked) {
  asked.value = before
  void show()
}
