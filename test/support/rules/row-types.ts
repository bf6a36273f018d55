import { join } from 'node:path'
import ts from 'typescript'
import { root } from '../servers/reaper.ts'
import type { ProjectFile } from './project.ts'
import { nodesOf } from './syntax.ts'

/**
 * Compares each SELECT of a file with the type that its rows are said to have. The driver believes whatever
 * type it is given: a column of another name would be `undefined` on every page and nothing would say so. A
 * property that may be missing is none of the row. Returns one line for each difference.
 */
export function rowsUnlikeTheirTypes(file: ProjectFile): string[] {
  const program = programWith(file)
  const source = program.getSourceFile(join(root, file.path))
  if (!source) throw new Error(`${file.path} is not in the program`)
  const checker = program.getTypeChecker()
  return nodesOf(source)
    .filter(ts.isCallExpression)
    .flatMap((call) => differencesOf(call, checker))
}

/** Returns the statements of a file, by their names. */
export function statementsOf(file: ProjectFile): { name: string; text: string }[] {
  const program = programWith(file)
  const source = program.getSourceFile(join(root, file.path))
  if (!source) throw new Error(`${file.path} is not in the program`)
  const checker = program.getTypeChecker()
  return nodesOf(source)
    .filter(ts.isCallExpression)
    .flatMap(({ expression, arguments: [name, text] }) =>
      ts.isPropertyAccessExpression(expression) && /^(rows|write)$/.test(expression.name.text) && name && text
        ? [{ name: textOf(name, checker), text: textOf(text, checker) }]
        : [],
    )
}

function differencesOf(call: ts.CallExpression, checker: ts.TypeChecker): string[] {
  const row = rowOf(call, checker)
  const text = row && call.arguments.map((each) => textOf(each, checker)).find((each) => isSelect.test(each))
  if (!row || !text) return []

  const selected = columnsOf(text)
  const unread = selected.filter((name) => name === undefined)
  if (unread.length > 0) return [`the columns cannot be read from: ${text.slice(0, 60)}`]

  const properties = row.getProperties().filter((each) => !isOfLibrary(each))
  const names = properties.map(({ name }) => name)
  const missing = properties.filter(
    ({ name, flags }) => !(flags & ts.SymbolFlags.Optional) && !selected.includes(name),
  )
  return [
    ...missing.map(({ name }) => `${name} is in the type and not in the SELECT`),
    ...selected.filter((name) => name && !names.includes(name)).map((name) => `${name} is not in the type`),
  ]
}

/** The type of one row, by what the call says it is, or undefined where the call says nothing. */
function rowOf(call: ts.CallExpression, checker: ts.TypeChecker): ts.Type | undefined {
  const { expression, typeArguments } = call
  if (!ts.isPropertyAccessExpression(expression) || !senders.includes(expression.name.text)) return undefined
  const said = typeArguments?.[0]
  const type = said ? checker.getTypeFromTypeNode(said) : resultOf(call, checker)
  const row = type && (checker.getIndexTypeOfType(type, ts.IndexKind.Number) ?? type)
  return row?.getProperties().some((each) => !isOfLibrary(each)) ? row : undefined
}

const senders = ['rows', 'query', 'prepare']

const resultOf = (call: ts.CallExpression, checker: ts.TypeChecker) =>
  checker.getAwaitedType(checker.getTypeAtLocation(call))

/** `RowDataPacket` of the driver is an array, too. */
const isOfLibrary = ({ declarations = [] }: ts.Symbol) =>
  declarations.some((each) => each.getSourceFile().fileName.includes('/node_modules/'))

/** Stands in a text for what is known only when it runs. */
const computed = '\uFFFC'
const isSelect = /^[\s(]*SELECT\b/i

/** Returns the text of an expression: constants, templates and functions of one expression are followed. */
function textOf(node: ts.Expression, checker: ts.TypeChecker, given = new Map<ts.Symbol, string>()): string {
  const read = (each: ts.Expression): string => textOf(each, checker, given)
  if (ts.isStringLiteralLike(node)) return node.text
  if (ts.isTemplateExpression(node))
    return (
      node.head.text + node.templateSpans.map((span) => read(span.expression) + span.literal.text).join('')
    )
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
    return read(node.left) + read(node.right)
  if (ts.isParenthesizedExpression(node)) return read(node.expression)
  if (ts.isConditionalExpression(node)) return read(node.whenTrue)
  if (ts.isIdentifier(node)) {
    const symbol = symbolOf(node, checker)
    const initializer = symbol && initializerOf(symbol)
    return (symbol && given.get(symbol)) ?? (initializer ? read(initializer) : computed)
  }
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
    const symbol = symbolOf(node.expression, checker)
    const created = symbol && initializerOf(symbol)
    if (!created || !ts.isArrowFunction(created) || ts.isBlock(created.body)) return computed
    const passed = new Map(given)
    created.parameters.forEach((parameter, index) => {
      const name = checker.getSymbolAtLocation(parameter.name)
      const argument = node.arguments[index]
      if (name && argument) passed.set(name, read(argument))
    })
    return textOf(created.body, checker, passed)
  }
  return computed
}

function symbolOf(node: ts.Identifier, checker: ts.TypeChecker): ts.Symbol | undefined {
  const symbol = checker.getSymbolAtLocation(node)
  return symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}

function initializerOf({ valueDeclaration }: ts.Symbol): ts.Expression | undefined {
  return valueDeclaration && ts.isVariableDeclaration(valueDeclaration)
    ? valueDeclaration.initializer
    : undefined
}

/** The names of a SELECT's columns; undefined for one that has none that can be read. */
function columnsOf(text: string): (string | undefined)[] {
  const list = text.replace(isSelect, '').replace(/^\s*DISTINCT\b/i, '')
  const columns = ['']
  let depth = 0
  for (const [part] of list.matchAll(/[(),]|\w+|[^\w(),]+/g)) {
    if (depth === 0 && /^(FROM|UNION)$/i.test(part)) break
    depth += part === '(' ? 1 : part === ')' ? -1 : 0
    if (part === ',' && depth === 0) columns.push('')
    else columns[columns.length - 1] += part
  }
  return columns.map((column) => /(?:^|\.|\bAS\s+)\s*`?(\w+)`?\s*$/i.exec(column)?.[1])
}

const options: ts.CompilerOptions = {
  ...ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config,
    ts.sys,
    root,
  ).options,
  noEmit: true,
}

/** Files are read once, and programs share them. */
const sources = new Map<string, ts.SourceFile | undefined>()
let last: ts.Program | undefined

function programWith({ path, text }: ProjectFile): ts.Program {
  const host = ts.createCompilerHost(options, true)
  const usual = host.getSourceFile.bind(host)
  const own = join(root, path)
  host.fileExists = (name) => name === own || ts.sys.fileExists(name)
  host.getSourceFile = (name, languageVersion) => {
    if (name === own) return ts.createSourceFile(name, text, languageVersion, true)
    if (!sources.has(name)) sources.set(name, usual(name, languageVersion))
    return sources.get(name)
  }
  last = ts.createProgram([own], options, host, last)
  return last
}
