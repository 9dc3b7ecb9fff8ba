// Says what is wrong with the parameters in the wire contract's words: the first problem only, named exactly.
import type { z } from 'zod'

/** `missing required param: 'cue'`, or which parameter, what was expected and what came. */
export function explainInvalidParams(error: z.ZodError, params: unknown): string {
  const issue = error.issues[0]
  if (issue === undefined) return 'invalid params'
  const path = issue.path.map(String).join('.')
  const value = valueAt(params, issue.path)
  if (value === undefined && issue.code !== 'unrecognized_keys') return `missing required param: '${path}'`
  if (issue.code === 'unrecognized_keys') {
    const where = path === '' ? '' : ` in '${path}'`
    return `unknown param${where}: ${issue.keys.map((key) => `'${key}'`).join(', ')}`
  }
  return `param '${path}': ${issue.message}; got ${describe(value)}`
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<PropertyKey, unknown>)[step]
  }
  return value
}

/** The type and size of a value, never its content: an error message must not repeat what a user wrote. */
function describe(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'string')
    return value.length <= 40 ? JSON.stringify(value) : `a string of ${value.length} characters`
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return `an ${typeof value}`
}
