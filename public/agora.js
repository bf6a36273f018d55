/**
 * Requests: none is sent twice by mistake, and one that failed is shown and can be sent again, with the
 * same key, so that it counts once. Needs htmx 4; without either the forms post by themselves.
 *
 * @typedef {object} Context of htmx, as far as it is used here
 * @property {HTMLElement} sourceElement
 * @property {{ method: string, headers: Record<string, string>, submitter?: HTMLElement | null }} request
 * @property {{ status: number, headers: Headers }} [response]
 */

const flash = document.getElementById('flash')
const longestSubmitMs = 10_000

/**
 * @type {WeakMap<Element, string>} keys of requests that are about to be sent again, by the element that
 * sends them
 */
const keysOfBefore = new WeakMap()

/** @type {Set<EventTarget | null>} */
const submitted = new Set()

/** @param {string} name @param {(context: Context) => void} act */
function on(name, act) {
  document.addEventListener(name, (event) => {
    const { detail } = /** @type {CustomEvent<{ ctx?: Context }>} */ (event)
    if (detail.ctx) act(detail.ctx)
  })
}

on('htmx:config:request', ({ sourceElement, request }) => {
  if (request.method === 'GET') return
  request.headers['Idempotency-Key'] = keysOfBefore.get(sourceElement) ?? newKey()
  keysOfBefore.delete(sourceElement)
})

on('htmx:after:request', ({ response }) => {
  if (response && response.status < 400) flash?.replaceChildren()
})

on('htmx:error', (context) => {
  if (context.response) return
  flash?.replaceChildren(paragraph(flash.dataset.unreachable ?? '', 'error'))
  offerAgain(context, 0)
})

/** What the server said is in place by now. */
on('htmx:finally:request', (context) => {
  const { status = 0, headers } = context.response ?? {}
  if (status === 429 || status >= 500) offerAgain(context, Number(headers?.get('retry-after')) || 0)
})

/** @param {Context} context @param {number} seconds until it makes sense */
function offerAgain({ sourceElement, request }, seconds) {
  if (!flash) return
  const button = document.createElement('button')
  button.className = 'button again'
  button.textContent = flash.dataset.again ?? ''
  button.addEventListener('click', () => {
    flash.replaceChildren()
    if (request.method !== 'GET') keysOfBefore.set(sourceElement, request.headers['Idempotency-Key'] ?? '')
    sourceElement.focus()
    if (sourceElement instanceof HTMLFormElement) sourceElement.requestSubmit(request.submitter)
    else sourceElement.click()
  })
  if (seconds > 0) {
    flash.append(paragraph(sayAgainIn(seconds, flash)))
    button.disabled = true
    setTimeout(() => {
      button.disabled = false
    }, seconds * 1_000)
  }
  flash.append(button)
}

/** A plain form that is under way is not sent again, until the page is back. */
document.addEventListener('submit', (event) => {
  if (event.defaultPrevented) return
  if (submitted.has(event.target)) return event.preventDefault()
  submitted.add(event.target)
  setTimeout(() => submitted.delete(event.target), longestSubmitMs)
})
window.addEventListener('pageshow', () => submitted.clear())

/** @param {string} text @param {string} [className] */
function paragraph(text, className = '') {
  const made = document.createElement('p')
  made.className = className
  made.textContent = text
  return made
}

/**
 * @param {number} seconds @param {HTMLElement} flash has the sentence in each form that the language has for
 * numbers
 */
function sayAgainIn(seconds, flash) {
  const { lang } = document.documentElement
  const form = flash.getAttribute(`data-again-in-${new Intl.PluralRules(lang).select(seconds)}`)
  const number = new Intl.NumberFormat(lang, { numberingSystem: 'latn' }).format(seconds)
  return (form ?? flash.dataset.againInOther ?? '').replace('{n}', number)
}

/** `crypto.randomUUID` exists only over TLS and on this machine. */
const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('-')
