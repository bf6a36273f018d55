import { UserError } from '../errors.ts'
import type { SqlAnswer } from '../stack.ts'
import { compose, projectOf } from './engine.ts'

/**
 * Runs one statement in containers as the database's administrator. Throws a UserError with the server's own
 * words.
 */
export async function dockerSql(data: string, statement: string): Promise<SqlAnswer> {
  // By standard input and the container's own environment, so that no list of processes shows either.
  const client =
    'MYSQL_PWD="$MYSQL_ROOT_PASSWORD" exec mysql --user=root --batch --default-character-set=utf8mb4 agora'
  const input = `${statement.replace(/[;\s]+$/, '')}\n;\nSELECT ROW_COUNT();\n`
  const { code, output, errors } = await compose(projectOf(data)).capture(
    ['exec', '-T', 'mysql', 'sh', '-c', client],
    { input },
  )
  if (/is not running|no container found/i.test(errors)) {
    throw new UserError('Agora is not running. Start it with: ./agora up')
  }
  if (code !== 0)
    throw new UserError(`The database says: ${errors.replace(/^ERROR \d+ \(\w+\) at line \d+: /, '')}`)

  return answerIn(output)
}

/**
 * Reads what MySQL's client wrote: a line for the header and each row, with tabs between the cells, and the
 * answer to the last statement, `SELECT ROW_COUNT()`, which is -1 after a statement that brought rows.
 */
export function answerIn(output: string): SqlAnswer {
  const lines = output.split('\n')
  const [, changed] = lines.splice(-2)
  if (changed !== '-1') return { changed: Number(changed) }
  const [header = [], ...rows] = lines.map((line) => line.split('\t').map(cellOf))
  return { header, rows }
}

const escaped: Record<string, string> = { n: '\n', t: '\t', '0': '\0', '\\': '\\' }

/** The client writes some characters of a cell as a backslash and a letter. */
const cellOf = (text: string) =>
  text.replace(/\\([nt0\\])/g, (_, letter: string) => escaped[letter] ?? letter)
