import type { HashedEntry } from '../src/action-log/queries.ts'
import type { PageContext } from '../src/http/page-context.ts'
import type { Published } from '../src/moderation-log/legible.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say, translated } from '../texts/say.ts'
import { When } from './byline.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { Empty, Pager } from './list.tsx'
import { shownName } from './names.ts'
import { Phrase } from './phrase.tsx'

type Props = {
  pageContext: PageContext
  entries: Published[]
  nextCursor: number | undefined
  isFirstPage: boolean
  /** Of which there is something, the last first. */
  years: number[]
}

/**
 * What moderators did, the newest first. It names them only where the operator says so, and never whose it
 * was.
 */
export const ModerationPage = ({ pageContext, entries, nextCursor, isFirstPage, years }: Props) => (
  <Layout pageContext={pageContext} title={say('Moderation')} isTool>
    <section class="narrow">
      <h1 safe>{say('Moderation')}</h1>
      <p class="hint" safe>
        {say(
          'Whatever moderators do stands here, and why. Nothing is changed later: each entry has a hash over it and the one before, which the count checks.',
        )}
      </p>
      <p>
        <a href="/moderation/feed" safe>
          {say('Feed')}
        </a>
        {years.map((year) => (
          <Year year={year} />
        ))}
      </p>
      {entries.length === 0 ? (
        <Empty says={say('Nothing was hidden yet.')} firstPage={isFirstPage ? undefined : '/moderation'} />
      ) : (
        <ul class="lines">
          {entries.map((entry) => (
            <EntryLine entry={entry} />
          ))}
        </ul>
      )}
      <Pager next={nextCursor ? `?before=${nextCursor}` : undefined} says="Older entries" />
    </section>
  </Layout>
)

const Year = ({ year }: { year: number }) => (
  <>
    {' '}
    ·{' '}
    <a href={`/moderation/${year}.csv`} safe>
      {say('CSV of {year}', { year: `${year}` })}
    </a>{' '}
    ·{' '}
    <a href={`/moderation/${year}.json`} safe>
      {say('JSON of {year}', { year: `${year}` })}
    </a>
  </>
)

/** What was done, in words; `what` is the thing, or the member, to whom or to which. */
export function actSentence({ act, kind }: Pick<HashedEntry, 'act' | 'kind'>): Sentence {
  if (kind === 'member' && act === 'warn') return '{what} was warned'
  if (kind === 'member' && act === 'withdraw') return 'A warning of {what} was withdrawn'
  return actSentences[act]
}

const actSentences: Record<HashedEntry['act'], Sentence> = {
  hide: '{what} was hidden',
  show: '{what} was brought back',
  lock: 'The discussion of {what} was closed',
  unlock: 'The discussion of {what} was opened again',
  move: '{what} was moved to another category',
  return: '{what} was moved back',
  merge: '{what} was merged into another post',
  split: '{what} stands by itself again',
  pin: '{what} was pinned',
  unpin: '{what} is no longer pinned',
  warn: 'Its author was warned because of {what}',
  withdraw: 'A warning because of {what} was withdrawn',
  silence: '{what} may not write',
  unsilence: '{what} may write again',
  suspend: '{what} was suspended',
  unsuspend: '{what} is no longer suspended',
  refuse: 'A text by {what} was not taken',
  await: 'A text by {what} waits again',
  appeal: 'Somebody appealed because of {what}',
  uphold: 'After an appeal it stays as it is: {what}',
}

const EntryLine = ({
  entry: { number, act, kind, subject, rule, reason, until, doneAt, hash, refersTo, by },
}: {
  entry: Published
}) => (
  <li id={`action-${number}`}>
    <span>
      <Phrase of={actSentence({ act, kind })} parts={{ what: <Subject kind={kind} id={subject} /> }} />
      {until === null ? '' : <Until at={until} />}
      {rule === null ? '' : <Part says={rule} />}
      {reason === null ? (
        <Part says={say('the reason is for who may read it')} />
      ) : reason === '' ? (
        ''
      ) : (
        <Part says={translated(reason)} />
      )}
    </span>
    <span class="byline">
      {by === undefined ? '' : <By name={by} />}
      <When at={doneAt} />
      {refersTo === null ? '' : <Earlier number={refersTo} />} ·{' '}
      <code title={hash} safe>{`${number} ${hash.slice(0, 8)}`}</code>
    </span>
  </li>
)

const By = ({ name }: { name: string | null }) => (
  <>
    <bdi safe>{name === null ? say('a deleted account') : shownName(name)}</bdi> ·{' '}
  </>
)

const Until = ({ at }: { at: string }) => (
  <>
    {' '}
    <Phrase of="until {day}" parts={{ day: <When at={at} /> }} />
  </>
)

const Earlier = ({ number }: { number: number }) => (
  <>
    {' '}
    ·{' '}
    <a href={`/moderation?before=${number + 1}#action-${number}`} safe>
      {say('Entry {n}', { n: `${number}` })}
    </a>
  </>
)

const Part = ({ says }: { says: string }) => (
  <>
    : <bdi safe>{says}</bdi>
  </>
)

const subjectNames: Record<HashedEntry['kind'], Sentence> = {
  post: 'Post {n}',
  comment: 'Comment {n}',
  item: 'Item {n}',
  member: 'Member {n}',
}

const Subject = ({ kind, id }: { kind: HashedEntry['kind']; id: number }) =>
  kind === 'post' || kind === 'comment' ? (
    <a href={`/${kind}s/${id}`} safe>
      {say(subjectNames[kind], { n: `${id}` })}
    </a>
  ) : (
    <span safe>{say(subjectNames[kind], { n: `${id}` })}</span>
  )
