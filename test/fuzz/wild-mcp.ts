// Messages of the Model Context Protocol, mostly right.
import fc from 'fast-check'
import { mostly } from './target.ts'

const info = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'fuzz', version: '1' } }
const toolCalls: readonly (readonly [name: string, args: object])[] = [
  ['remember', { text: 'The fuzz port is 5433.' }],
  ['recall', { cue: 'which port' }],
  ['correct', { id: '01890000-0000-7000-8000-000000000001', new_fact: 'It moved.' }],
  ['forget', { ids: ['01890000-0000-7000-8000-000000000001'] }],
  ['timeline', { session_id: 'ses_1' }],
]
const request = (method: string, params: object, id: unknown = 1): object => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
})

export const validMcp: readonly object[] = [
  request('initialize', info),
  request('tools/list', {}),
  request('resources/list', {}),
  request('resources/templates/list', {}),
  request('resources/read', { uri: 'memory://session/ses_1' }),
  request('prompts/list', {}),
  request('ping', {}),
  ...toolCalls.map(([name, args]) => request('tools/call', { name, arguments: args })),
  { jsonrpc: '2.0', method: 'notifications/initialized' },
]

const anything = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.string({ unit: 'binary', maxLength: 40 }))
const toolCall = fc
  .tuple(fc.constantFrom(...toolCalls), mostly(fc.constant(null), fc.string(), 20))
  .chain(([[name, args], otherName]) =>
    fc
      .record(
        Object.fromEntries(
          Object.entries(args).map(([key, value]) => [key, mostly<unknown>(fc.constant(value), anything, 3)]),
        ),
        { requiredKeys: [] },
      )
      .map((wild) => request('tools/call', { name: otherName ?? name, arguments: wild })),
  )

export const wildMcp: fc.Arbitrary<unknown> = mostly<unknown>(
  fc.oneof(
    toolCall,
    fc.constantFrom(...validMcp),
    fc
      .tuple(fc.constantFrom('initialize', 'tools/list', 'resources/read', 'nonsense'), anything)
      .map(([method, params]) => ({ ...request(method, {}), params })),
  ),
  anything,
  12,
)
