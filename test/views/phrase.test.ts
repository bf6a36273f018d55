import { expect, test } from 'bun:test'
import { speaking } from '../../texts/say.ts'
import { LinkTo, Phrase } from '../../views/phrase.tsx'

const signIn = () => ({ signIn: LinkTo({ to: '/login', says: 'Sign in' }) })

test('a sentence has elements in its places, where its language wants them', () => {
  const draw = () => String(Phrase({ of: 'Already a member? {signIn}', parts: signIn() }))

  expect(draw()).toBe('Already a member? <a href="/login">Sign in</a>')
  expect(speaking('ar', draw)).toBe('لديك حساب بالفعل؟ <a href="/login">تسجيل الدخول</a>')
})

test('what a sentence itself says is text', () => {
  const draw = () => String(Phrase({ of: 'They stay, from "a deleted account"' }))

  expect(draw()).toBe('They stay, from &quot;a deleted account&quot;')
})

test('a place for which there is nothing is left out', () => {
  expect(String(Phrase({ of: 'You are {name}.' }))).toBe('You are .')
})
