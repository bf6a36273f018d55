/**
 * Counters and lists that follow what others do. One stream a page, open only while the page is in sight:
 * over HTTP/1.1 a browser has six connections to a site, and pages in the background must leave them to the
 * others.
 *
 * Numbers come with versions, see src/live/broker.ts, and of two the one with the higher version is shown.
 * What a press adds is shown at once, before its answer.
 *
 * @typedef {{ total: number, version: number, shown: number, presses: number, wasLiked?: string | null }}
 * Count
 * @typedef {object} Context of htmx, as far as it is used here
 * @property {HTMLElement} sourceElement
 * @property {{ status: number }} [response]
 */

/**
 * Twice the time between two heartbeats of the stream, and a bit: then it is dead, whatever the browser
 * believes.
 */
const silentMs = 35_000
/** Redis keeps totals for ten minutes after a like. */
const longAwayMs = 300_000
const longestPauseMs = 30_000

const { lang } = document.documentElement
/** In the digits that pages are drawn with, as in texts/say.ts. */
const number = new Intl.NumberFormat(lang, { numberingSystem: 'latn' })
const plural = new Intl.PluralRules(lang)
const words = document.getElementById('flash')?.dataset ?? {}

/** @type {Map<string, Count>} by the button's id */
const counts = new Map()
/** @type {Map<string, Set<string>>} ids of what is new in a list, by its topic */
const waiting = new Map()
/** @type {EventSource | undefined} */
let source
let address = ''
/** How many notices a member has not read, in the head of the page. */
const unread = document.getElementById('unread')
let failures = 0
/** @type {ReturnType<typeof setTimeout> | undefined} */
let pause
let heardAt = isFromHistory() ? 0 : Date.now()

/** @param {string} name @param {(context: Context) => void} act */
function on(name, act) {
  document.addEventListener(name, (event) => {
    const { detail } = /** @type {CustomEvent<{ ctx?: Context }>} */ (event)
    if (detail.ctx) act(detail.ctx)
  })
}

// The stream.

/** Opens the stream that the page needs now, if it is in sight and has no such stream. */
function follow() {
  const wanted = document.hidden ? '' : addressOfSight()
  if (wanted === address) return
  hangUp()
  address = wanted
  if (wanted) open()
}

function addressOfSight() {
  const posts = [...document.querySelectorAll('.like[id]')].map(({ id }) => Number(id.slice('like-'.length)))
  const lists = [...growing()].map((list) => `${list.dataset.live}.${newestIn(list)}`)
  if (posts.length + lists.length === 0 && !unread) return ''
  return `/live?posts=${posts.sort((a, b) => a - b).slice(-100)}&lists=${lists}${unread ? '&me' : ''}`
}

function open() {
  const wasLongAway = Date.now() - heardAt > longAwayMs
  if (wasLongAway) for (const count of counts.values()) count.version = -1
  const opened = new EventSource(wasLongAway ? `${address}&away=long` : address)
  source = opened
  opened.addEventListener('beat', hear)
  opened.addEventListener('likes', ({ data }) => {
    hear()
    for (const [post, total, version] of JSON.parse(data)) learn(`like-${post}`, total, version)
  })
  opened.addEventListener('news', ({ data }) => {
    hear()
    const { topic, kind, ids } = JSON.parse(data)
    const known = waiting.get(topic) ?? new Set()
    for (const id of ids) known.add(`${kind}-${id}`)
    waiting.set(topic, known)
    tellNews()
  })
  opened.addEventListener('notices', ({ data }) => {
    hear()
    if (!unread) return
    unread.textContent = data > 999 ? `${number.format(999)}+` : number.format(data)
    unread.hidden = data === '0'
  })
  // A broken stream the browser opens again by itself; not one that was refused.
  opened.addEventListener('error', () => {
    if (opened.readyState === EventSource.CLOSED) openLater()
  })
}

function hear() {
  heardAt = Date.now()
  failures = 0
}

function hangUp() {
  clearTimeout(pause)
  source?.close()
  source = undefined
  address = ''
}

function openLater() {
  hangUp()
  const ms = Math.min(longestPauseMs, 1_000 * 2 ** failures++)
  pause = setTimeout(follow, ms * (0.5 + Math.random() / 2))
}

// Counters.

/** @param {string} id @param {number} total @param {number} version */
function learn(id, total, version) {
  const count = counts.get(id)
  if (!count || version < count.version) return
  Object.assign(count, { total, version })
  show(id, count)
}

/** @param {string} id @param {Count} count */
function show(id, count) {
  count.shown = count.presses > 0 ? Math.max(count.shown, count.total) : count.total
  const button = document.getElementById(id)
  const place = button?.querySelector('.count')
  const text = number.format(count.shown)
  if (!button || !place || place.textContent === text) return
  place.textContent = text
  button.setAttribute('aria-label', (words.like ?? '').replace('{count}', text))
}

/** Buttons that are new on the page. */
function meet() {
  for (const button of document.querySelectorAll('.like[id]')) {
    const [total = 0, version = -1] = drawnOn(button)
    const known = counts.get(button.id)
    if (known) show(button.id, known)
    else counts.set(button.id, { total, version, shown: total, presses: 0 })
  }
}

/** @param {Element} button */
const drawnOn = (button) => (button.getAttribute('data-likes') ?? '').split(':').map(Number)

/** Each press counts: it waits for those before it. */
on('htmx:config:request', ({ sourceElement }) => {
  const count = counts.get(sourceElement.id)
  if (!count || sourceElement.ariaPressed !== null) return
  count.presses++
  count.shown++
  show(sourceElement.id, count)
})

/**
 * Of a double click on a like that a press takes back only the first click is meant, however fast its answer
 * came.
 */
document.addEventListener(
  'click',
  (event) => {
    const isOnToggle = event.target instanceof Element && event.target.closest('.like[aria-pressed]') !== null
    if (!isOnToggle || event.detail < 2) return
    event.preventDefault()
    event.stopImmediatePropagation()
  },
  true,
)

/** One like each: the second press takes it back, and what is pressed meanwhile is dropped. */
on('htmx:before:request', ({ sourceElement }) => {
  const count = counts.get(sourceElement.id)
  if (!count || sourceElement.ariaPressed === null) return
  count.wasLiked = sourceElement.ariaPressed
  sourceElement.ariaPressed = String(count.wasLiked !== 'true')
})

on('htmx:finally:request', ({ sourceElement, response }) => {
  const count = counts.get(sourceElement.id)
  if (!count) return
  const isTaken = response !== undefined && response.status < 400
  if (count.presses > 0) count.presses--
  if (!isTaken && count.wasLiked) sourceElement.ariaPressed = count.wasLiked
  const [total = 0, version = -1] = isTaken ? drawnOn(sourceElement) : []
  learn(sourceElement.id, total, isTaken ? version : Number.NEGATIVE_INFINITY)
  show(sourceElement.id, count)
  if (isTaken && count.presses === 0) say((words.liked ?? '').replace('{count}', number.format(count.shown)))
})

/** Only of one's own like; what others do is announced to nobody who does not look. @param {string} text */
function say(text) {
  const said = document.getElementById('said')
  if (said) said.textContent = text
}

// Lists.

const growing = () => /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-live]'))

/** @param {Element} list */
const newestIn = (list) =>
  list.getAttribute('data-after') ??
  Math.max(0, ...[...list.querySelectorAll('[id^="post-"], [id^="comment-"]')].map(numberOf))

/** @param {Element} element */
const numberOf = ({ id }) => Number(id.split('-')[1])

function tellNews() {
  for (const list of growing()) {
    const link = /** @type {HTMLElement | null} */ (list.querySelector('.news > a'))
    const fresh = [...(waiting.get(list.dataset.live ?? '') ?? [])].filter(
      (id) => !document.getElementById(id),
    )
    if (!link) continue
    link.hidden = fresh.length === 0 || isBeingWrittenIn(link.getAttribute('hx-target'))
    const sentence = link.dataset[plural.select(fresh.length)] ?? link.dataset.other ?? ''
    link.textContent = sentence.replace('{n}', number.format(fresh.length))
    const { ofEach } = link.dataset
    const newest = Math.max(...fresh.map((id) => Number(id.split('-')[1])))
    if (ofEach && !link.hasAttribute('hx-get'))
      link.setAttribute('href', ofEach.replace('{id}', String(newest)))
  }
}

/** A reply that somebody writes there would be lost. @param {string | null} place */
const isBeingWrittenIn = (place) => place !== null && document.querySelector(`${place} textarea`) !== null

on('htmx:after:swap', ({ sourceElement, response }) => {
  const list = /** @type {HTMLElement | null} */ (sourceElement.closest('[data-live]'))
  if (sourceElement.matches('.news > a') && list && (response?.status ?? 500) < 400) {
    const ids = [...(waiting.get(list.dataset.live ?? '') ?? [])]
    waiting.delete(list.dataset.live ?? '')
    const first = ids.length > 0 && list.querySelector(ids.map((id) => `#${id}`).join())
    if (first) first.querySelector('a')?.focus()
  }
  meet()
  tellNews()
  follow()
})

/** The browser shows a page again that it cached, which may be old. */
function isFromHistory() {
  const [navigation] = performance.getEntriesByType('navigation')
  return /** @type {PerformanceNavigationTiming | undefined} */ (navigation)?.type === 'back_forward'
}

document.addEventListener('visibilitychange', follow)
window.addEventListener('pagehide', hangUp)
window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted) follow()
})
setInterval(() => {
  if (source && Date.now() - heardAt > silentMs) openLater()
}, silentMs / 4)
meet()
follow()
