import { Html } from '@elysiajs/html'
import type { Frame } from '../src/frame.ts'
import type { Refusal } from '../src/platform/errors.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say, translated } from '../texts/say.ts'
import { Layout } from './layout.tsx'

const headlines: Record<number, Sentence> = {
  401: 'Please sign in',
  403: 'Not allowed',
  404: 'Not found',
  410: 'Removed',
  413: 'Too large',
  503: 'One moment, please',
}

/** What a visitor sees instead of a page. */
export const ErrorPage = ({ frame, refusal }: { frame: Frame; refusal: Refusal }) => {
  const headline = say(headlines[refusal.status] ?? 'Something went wrong')
  return (
    <Layout frame={frame} title={headline}>
      <section class="notice">
        <h1 safe>{headline}</h1>
        <p safe>{translated(refusal.message)}</p>
        <p>
          {refusal.status === 401 ? (
            <a class="button" href="/login" safe>
              {say('Sign in')}
            </a>
          ) : (
            <a class="button" href="/" safe>
              {say('To the front page')}
            </a>
          )}
        </p>
      </section>
    </Layout>
  )
}

/** The same for htmx: a sentence for `#flash`, which is a status and says it to whoever listens. */
export const ErrorNote = ({ refusal }: { refusal: Refusal }) => (
  <p class="error" safe>
    {translated(refusal.message)}
  </p>
)
