import type { Backups } from '../src/health/site-status.ts'
import type { Sentence } from '../texts/arabic.ts'
import { sayNumber } from '../texts/numbers.ts'
import { say } from '../texts/say.ts'
import { Moment } from './byline.tsx'
import { Html } from './html.ts'
import { Phrase } from './phrase.tsx'

/** Of a list of facts: what was proven last, what was made last, and what of that is late or went wrong. */
export const BackupFacts = ({ backups }: { backups: Backups | undefined }) => (
  <>
    {backups && (backups.provenAt || backups.drillFailedAt || backups.isDaily) ? (
      <>
        <dt safe>{say('Last proven restore')}</dt>
        <dd>
          {backups.provenAt ? <Moment at={backups.provenAt} /> : <span safe>{say('None yet.')}</span>}
          {backups.drillFailedAt ? (
            <Fault at={backups.drillFailedAt} of="The last drill failed, {time}. ./agora status says why." />
          ) : (
            ''
          )}
          {backups.isDrillLate ? <Late of="For more than a week no drill has proven a backup." /> : ''}
        </dd>
      </>
    ) : (
      ''
    )}
    <dt safe>{say('Last backup')}</dt>
    <dd>
      {backups === undefined ? (
        <span safe>{say('not known')}</span>
      ) : backups.last === null ? (
        <span safe>{say('None yet.')}</span>
      ) : (
        <>
          <Moment at={backups.last.at} />
          <span safe>{`, ${megabytes(backups.last.bytes)}`}</span>
        </>
      )}
      {backups?.failedAt ? (
        <Fault at={backups.failedAt} of="The last try failed, {time}. ./agora status says why." />
      ) : (
        ''
      )}
      {backups?.isLate ? <Late of="For more than a day no backup was made." /> : ''}
    </dd>
  </>
)

const Fault = ({ at, of }: { at: string; of: Sentence }) => (
  <p class="error">
    <Phrase of={of} parts={{ time: <Moment at={at} /> }} />
  </p>
)

const Late = ({ of }: { of: Sentence }) => (
  <p class="error" safe>
    {say(of)}
  </p>
)

export const megabytes = (bytes: number) => say('{n} MB', { n: sayNumber(Math.round(bytes / 1e5) / 10) })
