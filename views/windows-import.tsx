import type { PageContext } from '../src/http/page-context.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { ImportReport } from '../src/text/csv.ts'
import { say } from '../texts/say.ts'
import { AdminPage } from './admin.tsx'
import { FileForm } from './admin-import.tsx'
import { Html } from './html.ts'
import { Phrase } from './phrase.tsx'

type Props = { report?: ImportReport | undefined; errors?: FieldErrors | undefined }

export const WindowsImportPage = ({ pageContext, ...form }: Props & { pageContext: PageContext }) => (
  <AdminPage pageContext={pageContext} tab="Order windows">
    <p>
      <a href="/admin/windows" safe>
        {say('Back to the windows')}
      </a>
    </p>
    <WindowsImportForm {...form} />
  </AdminPage>
)

/** The form with the report of the file that was just sent. */
export const WindowsImportForm = (props: Props) => (
  <FileForm to="/admin/windows/import" title={say('Import windows from a CSV file')} {...props}>
    <p class="hint">
      <Phrase
        of="The first line names the columns {columns}. Each row is a pick-up: rows with one name and beginning are one window. One that is there is changed, others are added. Nothing is stored while a row is wrong."
        parts={{ columns: <code>window, opens, closes, time zone, place, from, until</code> }}
      />
    </p>
    <p class="hint">
      <Phrase
        of="Times are those of the time zone, as in {example}."
        parts={{ example: <code>2026-04-01 18:00</code> }}
      />
    </p>
  </FileForm>
)
