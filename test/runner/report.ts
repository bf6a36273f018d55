import { SaxesParser } from 'saxes'

/** A suite's numbers, and a line for each test that failed: its file, its name, and what it said first. */
export type Report = { passed: number; failed: number; failures: string[] }

const skipped = 'skipped'

type Case = { file: string; name: string; complaint?: string }

/**
 * Reads a JUnit report of `bun test`. A test that was skipped has proven nothing, so it counts as failed;
 * where some were asked for by name, the others, which Bun calls skipped too, don't count. No report, or one
 * that breaks off, counts as no tests.
 */
export function readReport(xml: string | undefined, { byName = false } = {}): Report {
  const found = xml ? testCases(xml) : []
  const cases = byName ? found.filter(({ complaint }) => complaint !== skipped) : found
  const failures = cases.filter(({ complaint }) => complaint !== undefined).map(inOneLine)
  return { passed: cases.length - failures.length, failed: failures.length, failures }
}

function testCases(xml: string): Case[] {
  const parser = new SaxesParser()
  const cases: Case[] = []
  parser.on('opentag', ({ name, attributes }) => {
    const { file, classname, name: test, message, type } = attributes as Record<string, string | undefined>
    const last = cases.at(-1)
    if (name === 'testcase')
      cases.push({ file: file ?? '', name: [classname, test].filter(Boolean).join(' > ') })
    else if (name === 'skipped' && last) last.complaint = skipped
    else if (isComplaint(name) && last) last.complaint = message || type || 'failed'
  })
  try {
    parser.write(xml).close()
    return cases
  } catch {
    return []
  }
}

const isComplaint = (element: string) => element === 'failure' || element === 'error'

const inOneLine = ({ file, name, complaint = '' }: Case) =>
  `${file}: ${name}: ${complaint.replaceAll(/\s+/g, ' ').trim()}`.slice(0, 500)
