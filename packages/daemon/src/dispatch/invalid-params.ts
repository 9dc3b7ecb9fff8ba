// Says what is wrong with the parameters in the wire contract's words: the first problem only, named exactly.
import type { z } from 'zod'
import { limits } from '../kit/limits.ts'
import { toldName } from '../kit/told-name.ts'

/** `missing required param: 'cue'`, or which parameter, what was expected and what came. */
export function explainInvalidParams(error: z.ZodError, params: unknown): string {
  const issue = error.issues[0]
  if (issue === undefined) return 'invalid params'
  const path = toldName(issue.path.map(String).join('.'))
  const value = valueAt(params, issue.path)
  if (value === undefined && issue.code !== 'unrecognized_keys') return `missing required param: '${path}'`
  if (issue.code === 'unrecognized_keys') {
    const where = path === '' ? '' : ` in '${path}'`
    return `unknown param${where}: ${namesOf(issue.keys)}`
  }
  return `param '${path}': ${issue.message}; got ${describe(value)}`
}

function namesOf(keys: readonly string[]): string {
  const told = keys.slice(0, limits.toldNamesMax).map((key) => `'${toldName(key)}'`)
  const more = keys.length - told.length
  return more === 0 ? told.join(', ') : `${told.join(', ')} and ${more} more`
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<PropertyKey, unknown>)[step]
  }
  return value
}

/** The type and length of a value, never its content: an error must not repeat what a user wrote, however short. */
function describe(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'string') return `a string of ${value.length} characters`
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
