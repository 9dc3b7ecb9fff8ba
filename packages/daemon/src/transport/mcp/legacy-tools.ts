// Tools under the names that earlier clients of this kind of daemon call: the operations as they are, all parameters,
// results as JSON. Listed only on request, because their descriptions cost a model several times what ours do.
import { assert } from '../../kit/assert.ts'
import { operations } from '../../operations/operations.ts'
import { withoutHidden } from '../../text/remembered.ts'
import { wholeInputSchema } from './json-schema.ts'
import { adds, reads, type Tool } from './tool.ts'
import { cwdOf } from './tool-arguments.ts'

/** In the order of the contract. */
const legacyNames = [
  'memory_recall',
  'memory_capture',
  'memory_contradict',
  'memory_reinforce',
  'memory_consolidate',
  'session_start_payload',
  'session_exit',
  'profile_get',
  'profile_set',
  'topology',
  'events_query',
] as const

export function legacyTools(): Tool[] {
  return legacyNames.map((name) => {
    const operation = operations.find((each) => each.name === name)
    assert(operation !== undefined, 'every legacy name is an operation')
    const input = wholeInputSchema(operation.params)
    const takesCwd = 'cwd' in input.properties
    return {
      name,
      title: name,
      description: operation.summary,
      hints: operation.access === 'read' ? reads : adds,
      input,
      output: null,
      scoped: takesCwd,
      async run(args, context) {
        const result = await context.call(operation, takesCwd ? { ...args, cwd: cwdOf(args, context) } : args)
        const text = withoutHidden(JSON.stringify(result))
        return { structured: JSON.parse(text), text }
      },
    }
  })
}
