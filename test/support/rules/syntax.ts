import ts from 'typescript'
import type { ProjectFile } from './project.ts'

export const parse = ({ path, text }: ProjectFile) =>
  ts.createSourceFile(
    path,
    text,
    ts.ScriptTarget.Latest,
    true,
    path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  )

/** A node and all below it. */
export function nodesOf(node: ts.Node): ts.Node[] {
  const below: ts.Node[] = []
  ts.forEachChild(node, (child) => void below.push(...nodesOf(child)))
  return [node, ...below]
}
