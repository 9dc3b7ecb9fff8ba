// docs/reference/operations.md, from the list of operations.
import { z } from 'zod'
import type { AnyOperation } from '../../packages/daemon/src/operations/operation.ts'
import { cell, type JsonSchema, typeWords, withoutNull } from './schema-words.ts'

export function operationsPage(operations: readonly AnyOperation[]): string {
  const contents = operations.map(
    ({ name, access, summary }) => `| [\`${name}\`](#${name}) | ${access} | ${cell(summary)} |`,
  )
  return [
    '# Operations',
    '',
    'Written by `npm run docs` from `packages/daemon/src/operations`. Called as `POST /rpc` with `{"method", "params"}`,',
    'or as JSON-RPC 2.0 over the Unix socket. An optional parameter that is `null` counts as left out.',
    '',
    '| operation | access | |',
    '|---|---|---|',
    ...contents,
    '',
    ...operations.flatMap(operationSection),
  ].join('\n')
}

function operationSection({
  name,
  access,
  summary,
  details,
  params,
  result,
  example,
}: AnyOperation): string[] {
  return [
    `## ${name}`,
    '',
    `${summary} (${access})`,
    ...(details === undefined ? [] : ['', details]),
    '',
    ...paramsTable(toJsonSchema(params, 'input')),
    '',
    `Result: ${shape(toJsonSchema(result, 'output'))}`,
    '',
    '```json',
    JSON.stringify({ method: name, params: example }, null, 2),
    '```',
    '',
  ]
}

function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  return z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonSchema
}

/** A table of the properties of an object's schema. */
export function paramsTable({ properties = {}, required = [] }: JsonSchema): string[] {
  const names = Object.keys(properties)
  if (names.length === 0) return ['No parameters.']
  const ordered = [
    ...names.filter((name) => required.includes(name)),
    ...names.filter((name) => !required.includes(name)),
  ]
  return [
    '| parameter | what | |',
    '|---|---|---|',
    ...ordered.map((name) => paramRow(name, withoutNull(properties[name] ?? {}), required.includes(name))),
  ]
}

function paramRow(name: string, schema: JsonSchema, isRequired: boolean): string {
  const meaning = [
    isRequired ? '**required**' : '',
    schema.description ?? '',
    schema.default === undefined ? '' : `Default: \`${schema.default}\`.`,
  ]
  return `| \`${name}\` | ${cell(typeWords(schema))} | ${cell(meaning.filter((part) => part !== '').join(' '))} |`
}

/** `{a, b: {c}, d: [{e}]}`: the keys of a result, to any depth. */
export function shape(schema: JsonSchema): string {
  return `\`${keysOf(schema)}\``
}

function keysOf(schema: JsonSchema): string {
  if (schema.properties === undefined) return ''
  const keys = Object.entries(schema.properties).map(([name, value]) => {
    const inner = value.type === 'array' ? arrayOf(value) : keysOf(value)
    return inner === '' ? name : `${name}: ${inner}`
  })
  return `{${keys.join(', ')}}`
}

function arrayOf({ items = {} }: JsonSchema): string {
  return `[${keysOf(items)}]`
}
