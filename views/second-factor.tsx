import type { Asked } from '../src/accounts/proof.ts'
import type { Viewer } from '../src/accounts/queries.ts'
import type { FactorState } from '../src/factors/queries.ts'
import type { PageContext } from '../src/http/page-context.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import { say } from '../texts/say.ts'
import { When } from './byline.tsx'
import { CodeField, Proof } from './form.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { count, LinkTo, Phrase } from './phrase.tsx'

/** What an app is told; `qr` is a picture of the address, as SVG that a library drew. */
type App = { secret: string; address: string; qr: string }

type Props = {
  pageContext: PageContext
  viewer: Viewer
  /** Undefined: it is off. */
  state: FactorState | undefined
  /** Those who may do as much as this member need one here. */
  isNeeded: boolean
  asks: Asked
  /** One that is to be set up. */
  app?: App
  setUpErrors?: FieldErrors
  codesErrors?: FieldErrors
  offErrors?: FieldErrors
}

export const SecondFactorPage = ({ pageContext, viewer, state, isNeeded, asks, app, ...rest }: Props) => (
  <Layout pageContext={pageContext} title={say('Second factor')}>
    <section class="narrow account-page">
      <h1 safe>{say('Second factor')}</h1>
      <p class="hint">
        <LinkTo to="/account" says="Your account" />
      </p>
      {isNeeded && !state ? (
        <p class="verdict" role="status" safe>
          {say('You need a second factor here. Until you have one you may do what members may.')}
        </p>
      ) : (
        ''
      )}
      {app ? (
        <SetUp app={app} viewer={viewer} asks={asks} errors={rest.setUpErrors} />
      ) : state ? (
        <On state={state} isNeeded={isNeeded} asks={asks} {...rest} />
      ) : (
        ''
      )}
    </section>
  </Layout>
)

type SetUpProps = { app: App; viewer: Viewer; asks: Asked; errors: FieldErrors | undefined }

const SetUp = ({ app, viewer, asks, errors = {} }: SetUpProps) => (
  <section class="card" aria-labelledby="set-up-title">
    <h2 id="set-up-title" safe>
      {viewer.hasFactor ? say('Another app') : say('Set up an app')}
    </h2>
    <p safe>
      {say('An app for codes on your phone shows a new code every 30 seconds. Signing in will take one.')}
    </p>
    <p safe>{say('Scan this with the app:')}</p>
    <div class="qr" role="img" aria-label={say('A QR code for your app')}>
      {app.qr as 'safe'}
    </div>
    <p>
      <Phrase
        of="Or {open}, or type this there:"
        parts={{
          open: (
            <a href={app.address} safe>
              {say('open the app on this device')}
            </a>
          ),
        }}
      />
    </p>
    <p>
      <code dir="ltr" safe>
        {app.secret.replace(/.{4}(?=.)/g, '$& ')}
      </code>
    </p>
    <form id="set-up" class="stack" method="post" action="/account/second-factor">
      <input type="hidden" name="secret" value={app.secret} />
      <CodeField name="first" label={say('The code that the app shows now')} error={errors.first} />
      <Proof label={say('Your password')} asks={asks} errors={errors} />
      <button class="primary" type="submit" safe>
        {viewer.hasFactor ? say('Use this app from now on') : say('Turn it on')}
      </button>
    </form>
  </section>
)

type OnProps = {
  state: FactorState
  isNeeded: boolean
  asks: Asked
  codesErrors?: FieldErrors
  offErrors?: FieldErrors
}

const On = ({ state, isNeeded, asks, codesErrors = {}, offErrors = {} }: OnProps) => (
  <>
    <section class="card" aria-labelledby="on-title">
      <h2 id="on-title" safe>
        {say('It is on')}
      </h2>
      <p>
        <Phrase
          of="Since {day} signing in takes a code of your app."
          parts={{ day: <When at={state.since} /> }}
        />
      </p>
      <p>
        <a class="button" href="/account/second-factor/app" safe>
          {say('Use another app')}
        </a>
      </p>
    </section>
    <section class="card" aria-labelledby="codes-title">
      <h2 id="codes-title" safe>
        {say('Recovery codes')}
      </h2>
      <p>
        <Phrase
          of="You have {count} left. Each is good once, in place of a code of your app."
          parts={{ count: <b>{count(state.codesLeft)}</b> }}
        />
      </p>
      <form class="stack" method="post" action="/account/second-factor/codes">
        <Proof label={say('Your password')} asks={asks} errors={codesErrors} />
        <button class="button" type="submit" safe>
          {say('Make ten new ones')}
        </button>
      </form>
    </section>
    {isNeeded ? (
      <p class="hint" safe>
        {say('You need a second factor here: it cannot be turned off.')}
      </p>
    ) : (
      <section class="card" aria-labelledby="off-title">
        <h2 id="off-title" safe>
          {say('Turn it off')}
        </h2>
        <form class="stack" method="post" action="/account/second-factor/off">
          <Proof label={say('Your password')} asks={asks} errors={offErrors} />
          <button class="danger" type="submit" safe>
            {say('Turn it off')}
          </button>
        </form>
      </section>
    )}
  </>
)

type CodesProps = { pageContext: PageContext; codes: string[]; areRenewed?: boolean }

/** Shown once, as the answer to what made them. */
export const RecoveryCodesPage = ({ pageContext, codes, areRenewed = false }: CodesProps) => (
  <Layout pageContext={pageContext} title={say('Recovery codes')}>
    <section class="narrow account-page">
      <h1 safe>{say('Recovery codes')}</h1>
      <p class="verdict" role="status" safe>
        {areRenewed
          ? say('New recovery codes were made. Those of before are no good any more.')
          : say('Your second factor is on.')}
      </p>
      <div class="card">
        <p safe>{say('This is shown once. Copy it now.')}</p>
        <pre class="codes" tabindex="0" dir="ltr">
          <code safe>{codes.join('\n')}</code>
        </pre>
        <p safe>
          {say('Without your phone you sign in with one of these. Each is good once. Keep them on paper.')}
        </p>
        <p>
          <a class="button" href="/account" safe>
            {say('I have them')}
          </a>
        </p>
      </div>
    </section>
  </Layout>
)
