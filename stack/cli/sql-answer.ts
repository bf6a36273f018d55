import type { SqlAnswer } from '../stack.ts'
import { columns } from '../status.ts'

/** The answer for a terminal as a table, for a pipe with tabs. */
export function answerText(answer: SqlAnswer, isTerminal: boolean): string {
  if ('changed' in answer) return `${answer.changed} ${answer.changed === 1 ? 'row' : 'rows'} changed`
  const lines = [answer.header, ...answer.rows].map((row) => row.map(oneLine))
  return (isTerminal ? columns(lines) : lines.map((row) => row.join('\t'))).join('\n')
}

/** As the servers' own client writes them. */
function oneLine(cell: string): string {
  return cell.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\0', '\\0')
}
