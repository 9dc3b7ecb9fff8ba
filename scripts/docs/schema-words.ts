// JSON Schema in words, for tables that people read: "text", "number or text", "list of …", "a, b or c".

export interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly items?: JsonSchema
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly description?: string
  readonly default?: unknown
}

const plainTypes: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  null: 'null',
  object: 'object',
}

export function typeWords(schema: JsonSchema): string {
  if (schema.const !== undefined) return code(schema.const)
  if (schema.enum !== undefined) return schema.enum.map(code).join(', ')
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return [...new Set(choices.map(typeWords))].join(' or ')
  if (schema.type === 'array') return `list of ${typeWords(schema.items ?? {})}`
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? [])
  return types.map((type) => plainTypes[type] ?? type).join(' or ') || 'anything'
}

/** Nothing said about null: on the wire an optional parameter may be null, which is the same as leaving it out. */
export function withoutNull(schema: JsonSchema): JsonSchema {
  if (Array.isArray(schema.type)) return { ...schema, type: schema.type.filter((type) => type !== 'null') }
  const choices = schema.anyOf?.filter((choice) => choice.type !== 'null')
  if (choices === undefined) return schema
  const { anyOf: _, ...rest } = schema
  return choices.length === 1 ? { ...choices[0], ...rest } : { ...rest, anyOf: choices }
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
}

/** A table cell: no line breaks, no bars that would end it. */
export function cell(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').replaceAll('|', '\\|')
}
