import { type Language, languages } from '../texts/languages.ts'
import { say } from '../texts/say.ts'
import { Html } from './html.ts'

/** Where a member says which language goes with them; undefined is none. */
export const OwnLanguage = ({ chosen }: { chosen: Language | undefined }) => (
  <form class="stack" method="post" action="/language">
    <p class="hint" safe>
      {say('Pages are in it wherever you sign in, and so are mails and pushes to you.')}
    </p>
    <label>
      <span safe>{say('Language')}</span>
      <select name="language" autocomplete="off">
        <option value="any" selected={chosen === undefined} safe>
          {say('As each browser asks')}
        </option>
        {Object.entries(languages).map(([code, name]) => (
          <option value={code} lang={code} selected={code === chosen}>
            {name}
          </option>
        ))}
      </select>
    </label>
    <button class="primary" type="submit" safe>
      {say('Keep this language')}
    </button>
  </form>
)
