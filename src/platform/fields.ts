/** A form or JSON object as a record; anything else has no fields. */
export function asFields(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body } : {}
}

/** A field's text; what is absent or not text is empty. */
export const textOf = (field: unknown): string => (typeof field === 'string' ? field : '')

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
export const hasControlCharacters = (text: string) => /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text)

/** Ids in addresses are whole numbers that MySQL can hold. */
export const isId = (text: string) => /^[1-9]\d{0,15}$/.test(text)
