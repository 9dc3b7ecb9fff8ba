// What goes between the main thread and the store's two threads. Errors cross as plain data and keep their code.
import { AppError, type ErrorCode } from '../../kit/errors.ts'
import type { LogFields } from '../../kit/log.ts'
import type { StoreFile } from './connection.ts'

/** The same methods without promises: what a thread runs. */
export type Sync<T> = {
  readonly [Name in keyof T]: T[Name] extends (...args: infer Args) => Promise<infer Result>
    ? (...args: Args) => Result
    : never
}

export type ThreadRole = 'writer' | 'reader'

export type ToThread =
  | { readonly type: 'open'; readonly store: StoreFile }
  | { readonly type: 'call'; readonly id: number; readonly method: string; readonly args: readonly unknown[] }
  | { readonly type: 'close' }

export type FromThread =
  | { readonly type: 'opened' }
  | { readonly type: 'open-failed'; readonly error: WireError }
  | { readonly type: 'replies'; readonly replies: readonly Reply[] }
  | {
      readonly type: 'log'
      readonly level: 'info' | 'warn'
      readonly event: string
      readonly fields: LogFields
    }
  | { readonly type: 'closed' }

export type Reply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: WireError }

export interface WireError {
  readonly code: ErrorCode
  readonly message: string
  /** Stack of what lay beneath, for the log. */
  readonly stack: string
}

export function toWire(error: AppError): WireError {
  const beneath = error.cause instanceof Error ? error.cause : error
  return { code: error.code, message: error.message, stack: beneath.stack ?? beneath.message }
}

export function fromWire({ code, message, stack }: WireError): AppError {
  const cause = new Error('in a thread of the store')
  cause.stack = stack
  return new AppError(code, message, { cause })
}
