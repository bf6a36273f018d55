import { Html } from '@elysiajs/html'
import type { ImportReport, RowReport } from '../src/admin/import.ts'
import type { Frame } from '../src/frame.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import { AdminPage } from './admin.tsx'
import { FieldError, invalid } from './form.tsx'
import { count } from './money.tsx'

type Props = { report?: ImportReport | undefined; errors?: FieldErrors | undefined }

export const ImportPage = ({ frame, ...form }: Props & { frame: Frame }) => (
  <AdminPage frame={frame} tab="Items">
    <p>
      <a href="/admin">Back to the items</a>
    </p>
    <ImportForm {...form} />
  </AdminPage>
)

/** The form with the report of the file that was just sent. */
export const ImportForm = ({ report, errors = {} }: Props) => (
  <div id="import">
    <form
      class="card stack"
      method="post"
      action="/admin/import"
      enctype="multipart/form-data"
      hx-post="/admin/import"
      hx-target="#import"
      hx-swap="outerHTML"
      hx-disable="find button"
    >
      <h2>Import items from a CSV file</h2>
      <p class="hint">
        The first line names the columns <code>name</code>, <code>quantity</code> and <code>price</code>. A
        new name is added, a name that is there gets the file's quantity and price. Nothing is stored while a
        row is wrong.
      </p>
      <label>
        File
        <input type="file" name="file" accept=".csv,text/csv" required {...invalid('file', errors.file)} />
        <FieldError of="file" error={errors.file} />
      </label>
      <label class="check">
        <input type="checkbox" name="partial" value="yes" />
        <span>Store the rows that are right, even when others are wrong</span>
      </label>
      <button class="primary" type="submit">
        Import
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
    <table class="grid">
      <thead>
        <tr>
          <th scope="col">Line</th>
          <th scope="col">Name</th>
          <th scope="col">What came of it</th>
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, mostShown).map((row) => (
          <ReportRow row={row} />
        ))}
      </tbody>
    </table>
    {rows.length > mostShown ? <p class="hint">And {count(rows.length - mostShown)} more rows.</p> : ''}
  </section>
)

const ReportRow = ({ row }: { row: RowReport }) => (
  <tr>
    <td data-label="Line">{row.line}</td>
    <td data-label="Name" safe>
      {row.name}
    </td>
    <td data-label="What came of it" class={row.outcome === 'wrong' ? 'error' : undefined} safe>
      {row.says}
    </td>
  </tr>
)

function summary(rows: RowReport[], isStored: boolean): string {
  const counted = (of: RowReport['outcome']) => rows.filter(({ outcome }) => outcome === of).length
  if (!isStored)
    return `Nothing was stored: ${counted('wrong') === 1 ? '1 row is' : `${count(counted('wrong'))} rows are`} wrong.`
  const wrong = counted('wrong')
  const left = wrong > 0 ? `, ${count(wrong)} left out` : ''
  return `${count(counted('added'))} added, ${count(counted('changed'))} changed, ${count(counted('unchanged'))} as they were${left}.`
}
