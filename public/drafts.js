/**
 * What is typed into a form with `data-draft` survives a reload, in this tab alone, until it is sent or its
 * writer signs out.
 */

const prefix = 'draft '
const kept =
  'textarea, select, input:not([type=hidden], [type=file], [type=password], [type=checkbox], [type=radio])'

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field */

/** @param {Element} form */
const keyOf = (form) => prefix + form.getAttribute('action')

/** @param {Element} form */
const fieldsOf = (form) => /** @type {NodeListOf<Field>} */ (form.querySelectorAll(kept))

/**
 * The storage may be shut or full; drafts are no reason to complain. @param {(storage: Storage) => void} act
 */
function tryToKeep(act) {
  try {
    act(sessionStorage)
  } catch {}
}

/** @param {Element} form */
function keep(form) {
  const typed = Object.fromEntries([...fieldsOf(form)].map(({ name, value }) => [name, value]))
  tryToKeep((storage) => storage.setItem(keyOf(form), JSON.stringify(typed)))
}

/** @param {Element} form */
const forget = (form) => tryToKeep((storage) => storage.removeItem(keyOf(form)))

/** Puts back what was typed, unless the server or the browser did. @param {Element} form */
function bringBack(form) {
  if (form.querySelector('[aria-invalid]')) return
  tryToKeep((storage) => {
    const typed = JSON.parse(storage.getItem(keyOf(form)) ?? '{}')
    for (const field of fieldsOf(form)) {
      const text = typed[field.name]
      const isUntouched = field instanceof HTMLSelectElement || field.value === field.defaultValue
      if (!text || text === field.value || !isUntouched) continue
      field.value = text
      if (!(field instanceof HTMLSelectElement)) form.closest('details')?.setAttribute('open', '')
    }
  })
}

document.addEventListener('input', ({ target }) => {
  const form = target instanceof Element && target.closest('form[data-draft]')
  if (form) keep(form)
})

document.addEventListener('htmx:after:request', (event) => {
  const { sourceElement, response } = /** @type {CustomEvent} */ (event).detail.ctx
  if (sourceElement.matches('form[data-draft]') && response.status < 400) forget(sourceElement)
})

document.addEventListener('submit', (event) => {
  const form = /** @type {Element} */ (event.target)
  if (!event.defaultPrevented && form.matches('[data-draft]')) forget(form)
  if (form.getAttribute('action') === '/session/end')
    tryToKeep((storage) => {
      for (const key of Object.keys(storage)) if (key.startsWith(prefix)) storage.removeItem(key)
    })
})

for (const form of document.querySelectorAll('form[data-draft]')) bringBack(form)
