// JSON Schemas for models, made from the operations' own schemas and cut down to what a model acts on: every word of
// them is paid for in each session. The operation still checks the whole.
import { z } from 'zod'

type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue }
type Json = { [name: string]: JsonValue }

/** A JSON Schema of an object; mutable only because the SDK's type is. */
export interface JsonSchema {
  type: 'object'
  properties: Record<string, Json>
  required?: string[]
  [keyword: string]: unknown
}

/** A field of an operation as a model is told it: in these words, or with these keywords in place of its own. */
export type ToldField = string | Json

/** The fields of `params` that `told` names; `required` where the tool asks for other ones than the operation. */
export function inputSchema<Shape extends z.ZodRawShape>(
  params: z.ZodObject<Shape>,
  told: { readonly [Name in keyof Shape]?: ToldField },
  required: string[] = requiredOf(params, Object.keys(told)),
): JsonSchema {
  const whole = toJson(params)
  const properties = Object.entries<ToldField | undefined>(told).map(([name, words]) => {
    const field = trimmed(whole.properties?.[name])
    return [name, { ...field, ...(typeof words === 'string' ? { description: words } : words) }]
  })
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
  }
}

/** The whole of `params`, for tools that pass everything on. */
export function wholeInputSchema(params: z.ZodType): JsonSchema {
  return { ...trimmed(toJson(params)), type: 'object' } as JsonSchema
}

export function outputSchema(result: z.ZodObject): JsonSchema {
  return { ...trimmed(z.toJSONSchema(result, { io: 'output' })), type: 'object' } as JsonSchema
}

function toJson(params: z.ZodType) {
  return z.toJSONSchema(params, { io: 'input', unrepresentable: 'any' })
}

function requiredOf(params: z.ZodType, names: readonly string[]): string[] {
  const required = toJson(params).required ?? []
  return names.filter((name) => required.includes(name))
}

/** Bounds are for dispatch to say when they are broken; a model needs the type and the choices. */
const dropped = new Set([
  '$schema',
  'additionalProperties',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'pattern',
  'format',
])

function trimmed(schema: unknown): Json {
  if (!isObject(schema)) return {}
  const { properties, items, ...rest } = soleBranch(schema)
  const kept = Object.fromEntries(Object.entries(rest).filter(([keyword]) => !dropped.has(keyword)))
  return {
    ...kept,
    ...(isObject(properties) && { properties: mapValues(properties, trimmed) }),
    ...(isObject(items) && { items: trimmed(items) }),
  }
}

/** Of several ways to give a value, text is the one a model can always take; null only says what absence says. */
function soleBranch(schema: Json): Json {
  const { anyOf, ...rest } = schema
  if (!Array.isArray(anyOf)) return schema
  const branches = anyOf.filter(isObject).map(soleBranch)
  const chosen =
    branches.find(({ type }) => type === 'string') ?? branches.find(({ type }) => type !== 'null')
  return { ...chosen, ...rest }
}

function mapValues(object: Json, map: (value: JsonValue) => JsonValue): Json {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value)]))
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
