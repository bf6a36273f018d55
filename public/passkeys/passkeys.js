/**
 * Passkeys, on the pages that have to do with them alone. Their forms are hidden until this has run where a
 * browser knows passkeys: without it they would do nothing.
 */
import {
  browserSupportsWebAuthn,
  startAuthentication,
  startRegistration,
  WebAuthnError,
} from '@simplewebauthn/browser'

/** What the site said to a request that it refused. */
class Refused extends Error {}

for (const form of document.querySelectorAll('form[data-passkey]')) {
  if (!(form instanceof HTMLFormElement) || !browserSupportsWebAuthn()) continue
  form.hidden = false
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void use(form)
  })
}

/** @param {HTMLFormElement} form */
async function use(form) {
  const said = form.querySelector('[role=alert]')
  const button = form.querySelector('button')
  if (!said || !button) return
  said.textContent = ''
  button.disabled = true
  try {
    const to = form.getAttribute('action') ?? ''
    const fields = Object.fromEntries(new FormData(form))
    const optionsJSON = await ask(`${to}/options`, fields)
    const isSignIn = form.dataset.passkey === 'sign-in'
    const response = await (isSignIn
      ? startAuthentication({ optionsJSON })
      : startRegistration({ optionsJSON }))
    const { next } = await ask(to, { name: fields.name, next: fields.next, response })
    location.assign(next)
  } catch (error) {
    said.textContent = sentence(error, form.dataset) ?? ''
    button.disabled = false
  }
}

/** @param {string} to @param {object} what */
async function ask(to, what) {
  const answer = await fetch(to, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(what),
  })
  const said = await answer.json().catch(() => ({}))
  if (!answer.ok) throw new Refused(said.says ?? '')
  return said
}

/** @param {unknown} error @param {DOMStringMap} says */
function sentence(error, says) {
  if (error instanceof Refused && error.message) return error.message
  if (error instanceof WebAuthnError && error.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED')
    return says.known
  const isLeft = error instanceof Error && ['NotAllowedError', 'AbortError'].includes(error.name)
  return isLeft ? says.left : says.failed
}
