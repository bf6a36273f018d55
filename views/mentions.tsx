import type { Suggested } from '../src/mentions/queries.ts'
import { say } from '../texts/say.ts'
import { Avatar } from './byline.tsx'
import { Html } from './html.ts'
import { shownName } from './names.ts'

/** `mention` is what is written into the text. */
type Props = { members: (Suggested & { mention: string })[] }

/** Whom a writer may mean; public/mentions/mentions.js makes a list to choose from of it. */
export const MentionList = ({ members }: Props) => (
  <ul id="mentions" aria-label={say('Members to mention')}>
    {members.map(({ id, name, avatar, mention }) => (
      <li id={`mention-${id}`} data-mention={mention}>
        <Avatar name={name} avatar={avatar} /> <bdi safe>{shownName(name)}</bdi>
      </li>
    ))}
  </ul>
)
