import type { PropsWithChildren } from '@elysiajs/html'
import type { PageContext } from '../src/http/page-context.ts'
import type { DetailColumn } from '../src/market/csv.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { ImportReport, RowReport } from '../src/text/csv.ts'
import { sayCount } from '../texts/numbers.ts'
import { eachLanguage, language, say } from '../texts/say.ts'
import { AdminPage } from './admin.tsx'
import { FieldError, invalid } from './form.tsx'
import { Html } from './html.ts'
import { Grid } from './list.tsx'
import { Phrase } from './phrase.tsx'

type Props = { report?: ImportReport | undefined; errors?: FieldErrors | undefined }

export const ImportPage = ({ pageContext, ...form }: Props & { pageContext: PageContext }) => (
  <AdminPage pageContext={pageContext} tab="Items">
    <p>
      <a href="/admin" safe>
        {say('Back to the items')}
      </a>
    </p>
    <ImportForm {...form} />
  </AdminPage>
)

const furtherColumns: DetailColumn[] = [
  'category',
  'unit',
  'most for each member',
  'variant of',
  'description',
]

/** The form with the report of the file that was just sent. */
export const ImportForm = (props: Props) => (
  <FileForm to="/admin/import" title={say('Import items from a CSV file')} {...props}>
    <p class="hint">
      <Phrase
        of="The first line names the columns {name}, {quantity} and {price}. A new name is added, a name that is there gets the file's quantity and price. Nothing is stored while a row is wrong."
        parts={{ name: <code>name</code>, quantity: <code>quantity</code>, price: <code>price</code> }}
      />
    </p>
    <p class="hint">
      <Phrase
        of="It may have these columns, too: {columns}. What a column would say stays as it is without it."
        parts={{
          columns: <code safe>{furtherColumns.join(', ')}</code>,
        }}
      />
    </p>
    <p class="hint" safe>
      {say(
        'Of an exported file, only the quantities that were edited in it are changed: what was sold since stays sold.',
      )}
    </p>
  </FileForm>
)

type FormProps = PropsWithChildren<Props & { to: string; title: string }>

/** A form for a file, `children` say what is in it, with the report of the one that was just sent. */
export const FileForm = ({ to, title, report, errors = {}, children }: FormProps) => (
  <div id="import">
    <form
      class="card stack"
      method="post"
      action={to}
      enctype="multipart/form-data"
      hx-post={to}
      hx-target="#import"
      hx-swap="outerHTML"
      hx-disable="find button"
    >
      <h2 safe>{title}</h2>
      {children as 'safe'}
      <label>
        <Phrase of="File" />
        <input type="file" name="file" accept=".csv,text/csv" required {...invalid('file', errors.file)} />
        <FieldError of="file" error={errors.file} />
      </label>
      <label class="check">
        <input type="checkbox" name="partial" value="yes" />
        <span safe>{say('Store the rows that are right, even when others are wrong')}</span>
      </label>
      <button class="primary" type="submit" safe>
        {say('Import')}
      </button>
    </form>
    {report ? <Report report={report} /> : ''}
  </div>
)

const mostShown = 500

const Report = ({ report: { rows, isStored } }: { report: ImportReport }) => (
  <section aria-labelledby="report-title">
    <h2 id="report-title" class={isStored ? 'done banner' : 'error banner'} role="status" safe>
      {summary(rows, isStored)}
    </h2>
    <Grid of={['Line', 'Name', 'What came of it']}>
      {rows.slice(0, mostShown).map((row) => (
        <ReportRow row={row} />
      ))}
    </Grid>
    {rows.length > mostShown ? (
      <p class="hint" safe>
        {sayCount('moreRows', rows.length - mostShown)}
      </p>
    ) : (
      ''
    )}
  </section>
)

const ReportRow = ({ row }: { row: RowReport }) => (
  <tr>
    <td data-label={say('Line')}>{row.line}</td>
    <td data-label={say('Name')}>
      <bdi safe>{row.name}</bdi>
    </td>
    <td data-label={say('What came of it')} class={row.outcome === 'wrong' ? 'error' : undefined} safe>
      {row.says}
    </td>
  </tr>
)

function summary(rows: RowReport[], isStored: boolean): string {
  const number = (of: RowReport['outcome']) => rows.filter(({ outcome }) => outcome === of).length
  if (!isStored) return sayCount('wrongRows', number('wrong'))
  const outcomes = [
    sayCount('rowsAdded', number('added')),
    sayCount('rowsChanged', number('changed')),
    sayCount('rowsUnchanged', number('unchanged')),
    ...(number('wrong') > 0 ? [sayCount('rowsLeftOut', number('wrong'))] : []),
  ]
  return `${lists[language()].format(outcomes)}.`
}

const lists = eachLanguage((locale) => new Intl.ListFormat(locale, { type: 'unit' }))
