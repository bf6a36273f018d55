import type { PageContext } from '../src/http/page-context.ts'
import type { Refusal, Way } from '../src/platform/errors.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say, translated } from '../texts/say.ts'
import { Drawing } from './drawings.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { Phrase } from './phrase.tsx'

const headlines: Record<number, Sentence> = {
  401: 'Please sign in',
  403: 'Not allowed',
  404: 'Not found',
  410: 'Removed',
  413: 'Too large',
  503: 'One moment, please',
}

/** A plain form that was refused: the texts it held, and the names of the fields in which it had pictures. */
export type UnsentForm = { action: string; texts: { name: string; value: string }[]; pictures: string[] }

type Props = {
  pageContext: PageContext
  refusal: Refusal
  /** Where it leads to, if not to the front page. */
  on?: Way | undefined
  /** A form that can be sent again. */
  unsent?: UnsentForm | undefined
  /** Texts of a form that cannot: what it was about is gone, or is another by now. */
  lost?: string[]
}

/**
 * The page in place of one that failed. What was known last may have been read for that page; this one shows
 * none of it.
 */
export const ErrorPage = ({ pageContext, refusal, on, unsent, lost = [] }: Props) => {
  const headline = translated(refusal.headline ?? headlines[refusal.status] ?? 'Something went wrong')
  return (
    <Layout pageContext={{ ...pageContext, isOld: () => false }} title={headline}>
      <section class="notice">
        {Drawing('lost') as 'safe'}
        <h1 safe>{headline}</h1>
        <p safe>{translated(refusal.message)}</p>
        <p>
          {refusal.status === 401 ? (
            <a class="button" href="/login" target={unsent && '_blank'} safe>
              {say('Sign in')}
            </a>
          ) : (
            <WayOn {...(on ?? { to: '/', says: 'To the front page' })} />
          )}
        </p>
        {unsent ? <SendAgain isSignedOut={refusal.status === 401} {...unsent} /> : ''}
        {lost.length > 0 ? <ToCopy texts={lost} /> : ''}
      </section>
    </Layout>
  )
}

const WayOn = ({ to, says }: Way) => (
  <a class="button" href={to} safe>
    {translated(says)}
  </a>
)

type SendAgainProps = UnsentForm & { isSignedOut: boolean }

const SendAgain = ({ action, texts, pictures, isSignedOut }: SendAgainProps) => (
  <form class="stack" method="post" action={action} enctype="multipart/form-data">
    <p class="hint" safe>
      {isSignedOut
        ? say('Nothing is lost: sign in in the tab that opens, then send it again from here.')
        : say('Nothing is lost: send it again in a moment.')}
    </p>
    {texts.map(({ name, value }) =>
      isLong(value) ? (
        <label>
          <Phrase of="What you wrote" />
          <textarea name={name} rows="6" dir="auto" safe>{`\n${value}`}</textarea>
        </label>
      ) : (
        <input type="hidden" name={name} value={value} />
      ),
    )}
    {pictures.map((name) => (
      <label>
        <Phrase of="The picture has to be chosen once more" />
        <input type="file" name={name} />
      </label>
    ))}
    <button class="primary" type="submit" safe>
      {say('Send again')}
    </button>
  </form>
)

const ToCopy = ({ texts }: { texts: string[] }) => (
  <div class="stack">
    <p class="hint" safe>
      {say('Nothing is lost: copy what you wrote from here.')}
    </p>
    {texts.map((text) => (
      <label>
        <Phrase of="What you wrote" />
        <textarea rows={isLong(text) ? '6' : '2'} dir="auto" readonly safe>{`\n${text}`}</textarea>
      </label>
    ))}
  </div>
)

const isLong = (text: string) => text.length > 60 || text.includes('\n')

/** The same for htmx: a sentence for `#flash`, which is a status and says it to whoever listens. */
export const ErrorNote = ({ refusal }: { refusal: Refusal }) => (
  <p class="error">
    <span safe>{translated(refusal.message)}</span>
    {refusal.on ? <WayOn {...refusal.on} /> : ''}
  </p>
)
