// The single, transport-agnostic entry: finds the operation, parses its parameters, bounds its time, runs it on the store
// that the caller may have, and turns every failure into an AppError. Knows no transport and no daemon state.
import { adviceWhenLate, answeredWithin, lateError } from '../kit/deadline.ts'
import { AppError, isAppError } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import { toldName } from '../kit/told-name.ts'
import type { AnyOperation, Caller, OperationContext } from '../operations/operation.ts'
import { agentsPlace } from './agents-place.ts'
import { agentsStore } from './agents-store.ts'
import { explainInvalidParams } from './invalid-params.ts'

export type Params = Readonly<Record<string, unknown>>

/**
 * Runs one operation and returns its bare result.
 * Rejects with AppError only: `unknown_method`, `invalid_params`, `timeout`, whatever the operation itself raises,
 * and `internal` (message `internal error (<request id>)`) for everything unforeseen.
 */
export type Dispatch = (method: string, params: Params, caller: Caller) => Promise<unknown>

export function createDispatch(
  operations: readonly AnyOperation[],
  services: Omit<OperationContext, 'caller'>,
): Dispatch {
  const byName = new Map(operations.map((operation) => [operation.name, operation]))

  return async function dispatch(method, params, caller) {
    const operation = byName.get(method)
    if (operation === undefined) {
      throw new AppError('unknown_method', `unknown method '${toldName(method)}'`)
    }
    const parsed = operation.params.safeParse(params)
    if (!parsed.success) throw new AppError('invalid_params', explainInvalidParams(parsed.error, params))
    try {
      const context = contextFor({ ...services, caller }, parsed.data as Params)
      return await inTime(operation.run(context, parsed.data as never), operation)
    } catch (error) {
      if (isAppError(error) && error.code !== 'internal') throw error
      services.log.error('operation_failed', error, { method, id: caller.requestId })
      throw new AppError('internal', `internal error (${caller.requestId})`, { cause: error })
    }
  }
}

/** The one place where it matters who asks: what an agent may write, change and read, its store decides. */
function contextFor(context: OperationContext, params: Params): OperationContext {
  const { caller, store } = context
  if (caller.transport !== 'mcp') return context
  return { ...context, store: agentsStore(store, agentsPlace(context, caller.cwd, params)) }
}

function inTime<T>(work: Promise<T>, { name, access }: AnyOperation): Promise<T> {
  const msMax = limits.operationMsMax
  return answeredWithin(work, msMax, () => lateError(name, msMax, adviceWhenLate[access]))
}
