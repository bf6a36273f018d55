import { join } from 'node:path'
import { parse } from '@cdktf/hcl2json'
import { Glob } from 'bun'
import { root } from '../servers/reaper.ts'

export type Attributes = Record<string, unknown>
/** A resource or data source, with the file it stands in. */
export type Block = { type: string; name: string; file: string; attributes: Attributes }

export type Module = {
  resources: Block[]
  data: Block[]
  variables: Block[]
  outputs: Block[]
  locals: Attributes
  /** Everything, as parsed, by file. */
  files: Record<string, Attributes>
}

const isRecord = (value: unknown): value is Attributes =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const children = (value: unknown): [string, Attributes][] =>
  isRecord(value)
    ? Object.entries(value).flatMap(([name, list]) =>
        (Array.isArray(list) ? list : [list])
          .filter(isRecord)
          .map((each): [string, Attributes] => [name, each]),
      )
    : []

/** Reads a folder of Terraform files. Expressions stay text: `"${var.name}"`. */
export async function readModule(folder: string): Promise<Module> {
  const files: Record<string, Attributes> = {}
  for (const file of [...new Glob('*.tf').scanSync({ cwd: join(root, folder) })].sort()) {
    files[file] = await parse(file, await Bun.file(join(root, folder, file)).text())
  }
  const typed = (kind: string) =>
    Object.entries(files).flatMap(([file, content]) =>
      Object.entries(isRecord(content[kind]) ? content[kind] : {}).flatMap(([type, named]) =>
        children(named).map(([name, attributes]) => ({ type, name, file, attributes })),
      ),
    )
  const named = (kind: string) =>
    Object.entries(files).flatMap(([file, content]) =>
      children(content[kind]).map(([name, attributes]) => ({ type: kind, name, file, attributes })),
    )
  const locals = Object.values(files).flatMap(({ locals = [] }) => locals as Attributes[])
  return {
    files,
    resources: typed('resource'),
    data: typed('data'),
    variables: named('variable'),
    outputs: named('output'),
    locals: Object.assign({}, ...locals),
  }
}

/** Every text in a parsed file, expressions too. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(textsIn)
  return isRecord(value) ? Object.values(value).flatMap(textsIn) : []
}

/** The nested blocks of a resource, `dynamic` ones as what they make. */
export function blocksOf(attributes: Attributes): [string, Attributes][] {
  const dynamic = children(attributes.dynamic).flatMap(([name, block]) =>
    ((block.content as Attributes[] | undefined) ?? []).map((content): [string, Attributes] => [
      name,
      content,
    ]),
  )
  const plain = Object.entries(attributes).flatMap(([name, list]) =>
    Array.isArray(list) && list.length > 0 && list.every(isRecord) && name !== 'lifecycle'
      ? list.map((each): [string, Attributes] => [name, each])
      : [],
  )
  return [...plain, ...dynamic]
}
