import type { PageContext } from '../src/http/page-context.ts'
import { say } from '../texts/say.ts'
import { When } from './byline.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { Phrase } from './phrase.tsx'

type Props = { pageContext: PageContext; madeAt: string | undefined; address: string | undefined }

/** The secret address of a member's feeds: whether there is one, and right after it was made, it itself. */
export const FeedsPage = ({ pageContext, madeAt, address }: Props) => (
  <Layout pageContext={pageContext} title={say('Your feeds')}>
    <section class="narrow">
      <h1 safe>{say('Your feeds')}</h1>
      <p safe>
        {say(
          'A feed reader has no cookie. By an address of your own it reads whatever you may read, also where not everybody may.',
        )}
      </p>
      {address === undefined ? (
        <p>
          {madeAt === undefined ? (
            <Phrase of="You have no such address yet." />
          ) : (
            <Phrase of="You have had one since {time}." parts={{ time: <When at={madeAt} /> }} />
          )}
        </p>
      ) : (
        <>
          <label class="stack">
            <span safe>{say('The address of your feeds, shown this once')}</span>
            <input readonly dir="ltr" value={address} />
          </label>
          <p class="hint">
            <Phrase
              of="Add the number of a category for its own feed: {address}"
              parts={{
                address: (
                  <bdi dir="ltr" safe>
                    {`${address}/1`}
                  </bdi>
                ),
              }}
            />
          </p>
        </>
      )}
      <form class="card stack" method="post" action="/feeds">
        <p class="hint" safe>
          {say(
            'Whoever knows the address reads as you do. When it got lost, make a new one: the one before is good for nothing then.',
          )}
        </p>
        <button class="primary" type="submit" safe>
          {say('Make a new address')}
        </button>
      </form>
    </section>
  </Layout>
)
