import ts from 'typescript'

/** Words that stand in a page as they are written in the view, in every language. */
export function unspoken(node: ts.Node): string[] {
  if (ts.isJsxText(node)) return isCode(node.parent) ? [] : wordsIn(node.text)
  if (ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent)) return shownBy(node.expression)
  if (!ts.isJsxAttribute(node) || !spokenAttributes.test(node.name.getText()) || !node.initializer) return []
  if (ts.isStringLiteral(node.initializer)) return wordsIn(node.initializer.text)
  return ts.isJsxExpression(node.initializer) ? shownBy(node.initializer.expression) : []
}

const spokenAttributes =
  /^(title|description|label|placeholder|alt|submit|heading|empty|aria-label|aria-roledescription|hx-confirm)$/

/** Strings that an expression may come to; what a call makes of its arguments is its own affair. */
function shownBy(node: ts.Expression | undefined): string[] {
  if (node === undefined) return []
  if (ts.isStringLiteralLike(node)) return wordsIn(node.text)
  if (ts.isTemplateExpression(node))
    return [node.head, ...node.templateSpans.map(({ literal }) => literal)].flatMap(({ text }) =>
      wordsIn(text),
    )
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) return shownBy(node.expression)
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].flatMap(shownBy)
  const isOr = ts.isBinaryExpression(node) && /^(\?\?|\|\||&&|\+)$/.test(node.operatorToken.getText())
  return isOr ? [node.left, node.right].flatMap(shownBy) : []
}

/** Names and signs are the same in all languages. */
const wordsIn = (text: string) =>
  /\p{L}{2}/u.test(text.replace(/<!doctype html>|\b(Agora|UTC|Redis|MySQL|(GET|POST) \/\S*)/g, ''))
    ? [text.trim()]
    : []

const isCode = (node: ts.Node) => ts.isJsxElement(node) && node.openingElement.tagName.getText() === 'code'

/**
 * What a view gives `Phrase` for the places of its sentence, and is not markup of which the compiler knows.
 */
export function barePart(node: ts.Node): string[] {
  if (!ts.isJsxAttribute(node) || node.name.getText() !== 'parts') return []
  const given =
    node.initializer && ts.isJsxExpression(node.initializer) ? node.initializer.expression : undefined
  if (!given || !ts.isObjectLiteralExpression(given)) return [node.getText()]
  return given.properties.flatMap((part) =>
    ts.isPropertyAssignment(part) && isElement(part.initializer) ? [] : [part.getText()],
  )
}

const isElement = (node: ts.Expression): boolean =>
  ts.isParenthesizedExpression(node)
    ? isElement(node.expression)
    : ts.isJsxElement(node) || ts.isJsxSelfClosingElement(node) || ts.isJsxFragment(node)

/**
 * Sentences for people of which the texts know nothing. With values in them they have to be said where they
 * are made.
 */
export const unknownSentence =
  (isKnown: (sentence: string) => boolean) =>
  (node: ts.Node): string[] => {
    if (isOfDocument(node)) return []
    if (ts.isTemplateExpression(node)) return isFilledIn(node.getText().slice(1, -1)) ? [node.getText()] : []
    return ts.isStringLiteralLike(node) && isSentence(node.text) && !isKnown(node.text) ? [node.text] : []
  }

const isSentence = (text: string) => /^\p{Lu}\S*( .*)?\p{L}.*[.!?]$/u.test(text)

/** Also one that ends with a value after two words or more. */
const isFilledIn = (text: string) => isSentence(text) || /^\p{Lu}\S* \p{L}.*\}$/u.test(text)

/** What the API's document says is for programmers. */
const isOfDocument = (node: ts.Node): boolean =>
  (ts.isPropertyAssignment(node) && /^(description|summary)$/.test(node.name.getText())) ||
  (node.parent !== undefined && isOfDocument(node.parent))

/** Left and right where CSS has a name that turns around with the text. */
export const physical = (css: string): string[] =>
  [
    ...css.matchAll(
      /(?<![\w-])((margin|padding|border|scroll-margin|scroll-padding)-(left|right)[\w-]*|left|right|border-(top|bottom)-(left|right)-radius)\s*:|(?<![\w-])(text-align|float|clear|justify-[\w]+|caption-side)\s*:\s*(left|right)\b/g,
    ),
  ].map(([found]) => found.trim())
