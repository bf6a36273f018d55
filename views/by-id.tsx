import type { Member } from '../src/accounts/queries.ts'
import type { PageContext } from '../src/http/page-context.ts'
import type { Source } from '../src/platform/cache.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import { say } from '../texts/say.ts'
import { FieldError, invalid } from './form.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { memberAt, shownName, wholeName } from './names.ts'
import { Phrase } from './phrase.tsx'
import { storeName } from './store-name.ts'

type FormProps = { username?: string; errors?: FieldErrors }

export const AddUserPage = ({ pageContext, ...form }: FormProps & { pageContext: PageContext }) => (
  <Layout pageContext={pageContext} title={say('Add a user')}>
    <section class="narrow">
      <h1 safe>{say('Add a user')}</h1>
      <p class="hint" safe>
        {say('Someone without a password, who cannot sign in until given one.')}
      </p>
      <AddUserForm {...form} />
    </section>
  </Layout>
)

export const AddUserForm = ({ username = '', errors = {} }: FormProps) => (
  <form
    id="add-user"
    class="stack"
    method="post"
    action="/add_user"
    hx-post="/add_user"
    hx-swap="outerHTML"
    hx-disable="find button"
  >
    <label>
      <Phrase of="Name" />
      <input name="username" required value={username} {...invalid('username', errors.username)} />
      <FieldError of="username" error={errors.username} />
    </label>
    <button class="primary" type="submit" safe>
      {say('Add')}
    </button>
  </form>
)

type ByIdProps = { pageContext: PageContext; member: Member; source: Source }

export const UserByIdPage = ({ pageContext, member, source }: ByIdProps) => (
  <Layout pageContext={pageContext} title={shownName(member.name)}>
    <section class="narrow">
      <h1>
        <bdi safe>{shownName(member.name, wholeName)}</bdi>
      </h1>
      <dl class="facts">
        <dt safe>{say('Id')}</dt>
        <dd>{member.id}</dd>
        <dt safe>{say('Name')}</dt>
        <dd>
          <a href={memberAt(member.name, member.id)} dir="auto" safe>
            {shownName(member.name)}
          </a>
        </dd>
      </dl>
      <p safe>{say('Source: {store}', { store: storeName(source) })}</p>
    </section>
  </Layout>
)
