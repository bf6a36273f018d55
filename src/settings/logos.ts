import type { Context } from '../context.ts'
import { decodeIcon, decodeLogo, iconNames, type NamedFile } from '../pictures/decoder-process.ts'
import { decoded, isNone } from '../pictures/service.ts'
import type { FieldErrors } from '../platform/errors.ts'
import { asFields } from '../platform/fields.ts'
import type { Look } from './look.ts'

/** Those fields of a look that are files. */
export const logoFields = ['logo', 'logoDark', 'icon'] as const
type LogoField = (typeof logoFields)[number]
/** What a form changes of them, and the files that this takes. */
export type ReadLogos = { changes: Partial<Pick<Look, LogoField>>; files: NamedFile[]; errors: FieldErrors }

/** Reads the files in a form: what is new, what is to be without, or what is wrong, field by field. */
export async function readLogos(context: Context, body: unknown): Promise<ReadLogos> {
  const read: ReadLogos = { changes: {}, files: [], errors: {} }
  const fields = asFields(body)
  for (const field of logoFields) {
    const sent = fields[field]
    if (sent instanceof File && !isNone(sent)) {
      const { output, error } = await decoded(context, sent, field === 'icon' ? decodeIcon : decodeLogo)
      if (output) {
        read.changes[field] = stemOf(output)
        read.files.push(...output)
      } else read.errors[field] = error
    } else if (fields[`without-${field}`] === 'yes') read.changes[field] = ''
  }
  return read
}

/** What the names of files have in common, as the setting has it. */
const stemOf = ([first]: NamedFile[]) => first?.name.replace(/(?:-48)?\.\w+$/, '') ?? ''

/** The names of the files that a look shows. */
export const filesOf = ({ logo, logoDark, icon }: Look): string[] => [
  ...[`${logo}.webp`, `${logoDark}.webp`],
  ...iconNames.map((name) => `${icon}-${name}.png`),
]
