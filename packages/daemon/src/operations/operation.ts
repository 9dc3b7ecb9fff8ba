// One operation is one file and the whole truth about itself: name, access, docs, schemas, example, run.
// HTTP, socket, MCP, CLI help and docs/reference are derived from it.
import type { z } from 'zod'
import type { ConsolidationReport } from '../consolidation/report.ts'
import type { ContextCache } from '../context/context-cache.ts'
import type { EmbeddingState } from '../embedding/embedding-state.ts'
import type { Clock } from '../kit/clock.ts'
import type { IdSource } from '../kit/ids.ts'
import type { Log } from '../kit/log.ts'
import type { ProjectResolver } from '../model/project.ts'
import type { Meaning } from '../recall/meaning.ts'
import type { Store } from '../store/store.ts'

/** What the daemon can say about itself; given to operations by the composition root. */
export interface DaemonInfo {
  readonly version: string
  readonly pid: number
  readonly startedAt: number
  readonly dataDir: string
  readonly keySource: string
  readonly socketPath: string | null
  /** null while there is no TCP surface */
  httpPort(): number | null
  /** Secrets and private spans that were not stored since the start, by kind. */
  keptOut(): Readonly<Record<string, number>>
}

/**
 * Who is asking. Transports fill it in; operations never see a socket. Over HTTP and the socket it is the user's own
 * programs: the command line, a host's plugin or hooks. Over MCP it is a model, which is an agent and not the user.
 */
export type Caller = {
  /** Short id of the request, for the log. */
  readonly requestId: string
} & (
  | { readonly transport: 'http' | 'socket' | 'internal' }
  | {
      readonly transport: 'mcp'
      /** The directory that its host works in; undefined when only the model can say it. */
      readonly cwd: string | undefined
    }
)

export interface OperationContext {
  readonly store: Store
  readonly meaning: Meaning
  embeddingState(): Promise<EmbeddingState>
  readonly projects: ProjectResolver
  readonly contextCache: ContextCache
  /** Consolidates now; resolves within limits.consolidationNowMsMax or so. */
  consolidate(): Promise<ConsolidationReport>
  readonly now: Clock
  readonly newId: IdSource
  readonly log: Log
  readonly daemon: DaemonInfo
  readonly caller: Caller
}

/** An operation in a list: its own types forgotten, `run` takes what its `params` parsed. */
export type AnyOperation = Omit<Operation, 'run' | 'example'> & {
  readonly example: unknown
  run(context: OperationContext, params: never): Promise<unknown>
}

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T

export type Access = 'read' | 'write'

export interface Operation<Params extends z.ZodType = z.ZodType, Result extends z.ZodType = z.ZodType> {
  readonly name: string
  readonly access: Access
  /** One sentence for people and models. */
  readonly summary: string
  /** A short paragraph where the summary is not enough: units, what is returned when, errors. */
  readonly details?: string
  readonly params: Params
  readonly result: Result
  readonly example: z.input<Params>
  run(context: OperationContext, params: z.output<Params>): Promise<DeepReadonly<z.input<Result>>>
}

export function defineOperation<Params extends z.ZodType, Result extends z.ZodType>(
  operation: Operation<Params, Result>,
): Operation<Params, Result> {
  return operation
}
