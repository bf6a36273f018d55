import { stringify } from 'csv-stringify/sync'
import { asCell } from '../text/csv.ts'
import type { PackedItem } from './queries.ts'

/** Writes what a supplier is to bring as a file that spreadsheets open: UTF-8 with its mark, CRLF. */
export const supplierCsv = (items: PackedItem[]): string =>
  stringify([['name', 'quantity'], ...items.map(({ name, quantity }) => [asCell(name), quantity])], {
    ...{ bom: true, record_delimiter: 'windows', quoted_match: /[,;\t\r\n]/ },
  })
