// Calls of the daemon's own operations, each as its documentation shows it but for some places that are not as they
// should be.
import fc from 'fast-check'
import { operations } from '../../packages/daemon/src/operations/operations.ts'
import { mostly } from './target.ts'

/** Left to the other suites: it holds the writer for seconds, and one of it says as much as a thousand. */
const slow = ['memory_consolidate']

const anyText = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    ' ',
    '\0',
    '-',
    'global',
    '__proto__',
    '9'.repeat(600),
    '/'.repeat(5_000),
    '\ud800',
    '1970-01-01',
  ),
)
const anyNumber = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(0, -1, 1.5, Number.MAX_SAFE_INTEGER, 2 ** 63, 1e308, 253_402_300_800_000),
)
const wrongValue: fc.Arbitrary<unknown> = fc.oneof(
  anyText,
  anyNumber,
  fc.constantFrom(null, true, false, [], {}),
  fc.array(anyText, { maxLength: 5 }),
  fc.jsonValue({ maxDepth: 3 }),
)

function wildly(value: unknown): fc.Arbitrary<unknown> {
  const wrong = wrongValue
  if (typeof value === 'string') return mostly(mostly<unknown>(fc.constant(value), anyText, 2), wrong)
  if (typeof value === 'number') return mostly(mostly<unknown>(fc.constant(value), anyNumber, 2), wrong)
  if (Array.isArray(value)) {
    const item = value.length === 0 ? wrong : wildly(value[0])
    return mostly<unknown>(fc.array(item, { maxLength: 4 }), wrong)
  }
  if (typeof value === 'object' && value !== null) return mostly<unknown>(wildObject(value), wrong)
  return mostly(fc.constant(value), wrong)
}

function wildObject(value: object): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(Object.entries(value).map(([name, each]) => [name, wildly(each)]))
  const known = fc.record(fields, { noNullPrototype: true, requiredKeys: [] })
  const extra = mostly(
    fc.constant({}),
    fc.dictionary(fc.string({ maxLength: 20 }), wrongValue, { maxKeys: 2 }),
  )
  return fc
    .tuple(mostly(fc.record(fields, { noNullPrototype: true }), known, 3), extra)
    .map(([fields, more]) => ({ ...fields, ...more }))
}

/** No directory: for each new one git is asked, which says nothing about the daemon and takes its time. */
function exampleOf({ name, example }: { readonly name: string; readonly example: unknown }) {
  const { cwd: _, ...rest } = example as { cwd?: unknown }
  return { ...rest, ...(/list|export|query/.test(name) ? { limit: 3 } : {}), ...fuzzScope(name) }
}

function fuzzScope(name: string): object {
  if (/forget|get$|set$|pin|contradict|reinforce|status|topology|hashes|events/.test(name)) return {}
  return { project: 'git:example.org/fuzz' }
}

const called = operations.filter(({ name }) => !slow.includes(name))

export interface WildCall {
  readonly method: unknown
  readonly params: unknown
}

export const wildCall: fc.Arbitrary<WildCall> = fc.oneof(
  ...called.map((operation) =>
    fc.record({
      method: mostly<unknown>(fc.constant(operation.name), wrongValue, 30),
      params: mostly(wildObject(exampleOf(operation)), wrongValue, 20),
    }),
  ),
)

export const validCalls = called.map((operation) => ({
  method: operation.name,
  params: exampleOf(operation),
}))
