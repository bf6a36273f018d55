/**
 * Suggests members while somebody types `@` and the start of a name into a text. The arrows choose, Enter and
 * Tab take what is chosen, Escape closes; nothing is chosen by itself, so whoever types on is not disturbed.
 * The field stays a text field to screen readers, with a list that it controls; what came is said below.
 */

const typedMention =
  /(?<![\p{L}\p{N}\p{M}_&#/@.-])@(?:"([^"\n]{1,100})|([\p{L}\p{N}\p{M}_][\p{L}\p{N}\p{M}_.-]{0,99}))$/u
const pauseMs = 150
const said = document.getElementById('said')

/**
 * What is typed now, and where it begins. @type {{ field: HTMLTextAreaElement, from: number, to: number } |
 * undefined}
 */
let typing
/** @type {HTMLElement | undefined} */
let list
/** @type {AbortController | undefined} */
let asking
/** @type {Timer | number | undefined} */
let timer

/** @param {EventTarget | null} target @returns {HTMLTextAreaElement | undefined} */
const textIn = (target) =>
  target instanceof HTMLTextAreaElement && target.name === 'body' && !target.readOnly ? target : undefined

function close() {
  clearTimeout(timer)
  asking?.abort()
  list?.remove()
  list = undefined
  for (const name of ['controls', 'activedescendant', 'autocomplete'])
    typing?.field.removeAttribute(`aria-${name}`)
  typing = undefined
}

/** @param {HTMLTextAreaElement} field */
function look(field) {
  close()
  const to = field.selectionStart
  const found = typedMention.exec(field.value.slice(Math.max(0, to - 110), to))
  if (!found || to !== field.selectionEnd) return
  typing = { field, from: to - found[0].length, to }
  timer = setTimeout(ask, pauseMs, found[1] ?? found[2])
}

/** @param {string} start */
async function ask(start) {
  asking = new AbortController()
  const { signal } = asking
  try {
    const response = await fetch(`/mentions?of=${encodeURIComponent(start)}`, { signal })
    const text = response.ok ? await response.text() : ''
    if (!signal.aborted) show(text)
  } catch {
    // Without suggestions one writes the name.
  }
}

/** @param {string} markup of the server, which has escaped all names */
function show(markup) {
  const template = document.createElement('template')
  template.innerHTML = markup
  const found = template.content.firstElementChild
  if (!typing || !(found instanceof HTMLElement) || !found.firstElementChild) return close()
  list = found
  list.role = 'listbox'
  for (const option of options()) Object.assign(option, { role: 'option', ariaSelected: 'false' })
  const { field } = typing
  ;(field.closest('label') ?? field).after(found)
  field.setAttribute('aria-autocomplete', 'list')
  field.setAttribute('aria-controls', found.id)
  found.firstElementChild.scrollIntoView({ block: 'nearest' })
  if (said) said.textContent = `${found.ariaLabel}: ${found.childElementCount}`
}

const options = () => /** @type {HTMLElement[]} */ ([...(list?.children ?? [])])
const chosen = () => options().find((option) => option.ariaSelected === 'true')

/** @param {number} step */
function move(step) {
  const all = options()
  const before = chosen()
  const at = before ? all.indexOf(before) + step : step > 0 ? 0 : -1
  const next = all.at(at % all.length)
  for (const option of all) option.ariaSelected = `${option === next}`
  next?.scrollIntoView({ block: 'nearest' })
  if (next) typing?.field.setAttribute('aria-activedescendant', next.id)
}

/** @param {HTMLElement} option */
function take(option) {
  if (!typing) return
  const { field, from, to } = typing
  field.setRangeText(`${option.dataset.mention} `, from, to, 'end')
  close()
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

document.addEventListener('input', (event) => {
  const field = textIn(event.target)
  if (field && !(event instanceof InputEvent && event.isComposing)) look(field)
})

document.addEventListener('compositionend', ({ target }) => {
  const field = textIn(target)
  if (field) look(field)
})

document.addEventListener(
  'keydown',
  (event) => {
    if (!list || event.target !== typing?.field || event.isComposing) return
    const option = chosen()
    if (event.key === 'ArrowDown') move(1)
    else if (event.key === 'ArrowUp') move(-1)
    else if (event.key === 'Escape') close()
    else if (option && (event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey) take(option)
    else return
    event.preventDefault()
    event.stopPropagation()
  },
  true,
)

/** The text keeps the focus when one presses a name. */
document.addEventListener('mousedown', (event) => {
  const option = event.target instanceof Element ? event.target.closest('#mentions > li') : null
  if (!(option instanceof HTMLElement)) return
  event.preventDefault()
  take(option)
})

document.addEventListener('focusout', ({ target }) => {
  if (target === typing?.field) close()
})

/** Elsewhere in the text one goes on with something else. */
document.addEventListener('selectionchange', () => {
  if (typing && typing.field.selectionStart !== typing.to) close()
})
