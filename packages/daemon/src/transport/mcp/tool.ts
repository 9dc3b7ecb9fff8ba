// What one tool is: the part of an operation that a model gets to see, how it is asked for, and how the answer reads.
// Parameters go to dispatch under the names of the operation, so that its messages name what the model sent.
import type { z } from 'zod'
import type { Params } from '../../dispatch/dispatch.ts'
import type { Operation } from '../../operations/operation.ts'
import type { JsonSchema } from './json-schema.ts'

/** What is known of the asking host beyond the arguments of a call. */
export interface McpScope {
  /** The directory that the host works in; undefined when only the arguments can say it. */
  readonly cwd: string | undefined
  /** The host program, as it is to be remembered. */
  readonly client: string | undefined
}

/** Runs an operation through dispatch; resolves with its result. Rejects with AppError. */
export type CallOperation = <P extends z.ZodType, R extends z.ZodType>(
  operation: Operation<P, R>,
  params: Params,
) => Promise<z.output<R>>

export interface ToolContext {
  readonly call: CallOperation
  readonly scope: McpScope
}

export interface ToolAnswer {
  /** Validates against the tool's output schema. */
  readonly structured: Readonly<Record<string, unknown>>
  readonly text: string
}

/** MCP's hints to the host: whether to ask the user before a call. */
export interface ToolHints {
  readonly readOnlyHint: boolean
  readonly destructiveHint: boolean
  readonly idempotentHint: boolean
  readonly openWorldHint: false
}

export interface Tool {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly hints: ToolHints
  /** `cwd` is added to it for hosts whose directory is not known. */
  readonly input: JsonSchema
  /** null: the answer's shape is not declared (tools of older clients) */
  readonly output: JsonSchema | null
  /** Whether the answer depends on the project. */
  readonly scoped: boolean
  run(args: Params, context: ToolContext): Promise<ToolAnswer>
}

export const reads: ToolHints = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
}

export const adds: ToolHints = {
  readOnlyHint: false,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
}

export const erases: ToolHints = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: true,
  openWorldHint: false,
}
