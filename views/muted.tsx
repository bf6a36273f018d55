import type { Viewer } from '../src/accounts/queries.ts'
import { say } from '../texts/say.ts'
import { Html } from './html.ts'
import { shownName } from './names.ts'

type Signed = { authorId: number | null; author: string | null }

/** Whether a member has muted who wrote this. */
export const isMuted = (viewer: Viewer | undefined, { authorId }: Signed): boolean =>
  authorId !== null && authorId !== viewer?.id && viewer?.muted?.includes(authorId) === true

/** What somebody wrote, as markup; folded away for a member who has muted them. */
export const unlessMuted = (viewer: Viewer | undefined, text: Signed, markup: string): string =>
  isMuted(viewer, text)
    ? String(
        <details>
          <summary class="hint" safe>
            {say('Muted: {name}', { name: shownName(text.author ?? '') })}
          </summary>
          {markup as 'safe'}
        </details>,
      )
    : markup
