// The shapes that cross the wire, as far as bundled clients use them. Times are milliseconds since the Unix epoch.

export interface CaptureTurn {
  readonly text: string
  readonly role: 'user' | 'assistant' | 'tool' | 'note'
  /** Stable within (client, session): the same message sent twice is stored once. */
  readonly message_id?: string
  readonly said_at?: number
  readonly speaker?: string
  readonly parent_session_id?: string
}

export interface CaptureBatch {
  readonly client: string
  readonly session_id: string
  readonly cwd?: string
  /** The project's key; found from `cwd` when absent. */
  readonly project?: string
  readonly turns: readonly CaptureTurn[]
}

export interface CaptureBatchResult {
  readonly results: readonly { status: string; record_id: string | null; reason: string | null }[]
  readonly inserted: number
  readonly skipped: number
  readonly reinforced: number
}

/** Of a session, what the host has undone or removed; a message is meant with all its parts, `<message>/<part>`. */
export interface SessionTakeBack {
  readonly client: string
  readonly session_id: string
  readonly message_ids?: readonly string[]
  readonly restored_ids?: readonly string[]
  /** This message and all whose ids sort behind it, until sent again; null: none any more. */
  readonly from_message_id?: string | null
}

/** The host has deleted the session. */
export interface SessionForget {
  readonly client: string
  readonly session_id: string
}

export interface SessionContextQuery {
  readonly session_id: string
  /** The host; session ids are only its own. */
  readonly client?: string
  readonly wake_depth?: string
  readonly cwd?: string
  readonly project?: string
  readonly budget_tokens?: number
}

export interface PromptRecallQuery {
  readonly prompt: string
  readonly session_id: string
  readonly client: string
  readonly cwd?: string
}

export interface SessionExit {
  readonly session_id: string
  readonly client?: string
}

export interface CallOptions {
  /** Whole call, from reading the discovery files to the last byte of the answer. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** Methods that bundled clients use, with their shapes; any other is called by name and answers `unknown`. */
interface Methods {
  memory_capture_batch: { params: CaptureBatch; result: CaptureBatchResult }
  session_take_back: {
    params: SessionTakeBack
    result: { readonly taken_back: number; readonly restored: number }
  }
  session_forget: { params: SessionForget; result: { readonly count: number; readonly complete: boolean } }
  session_exit: { params: SessionExit; result: unknown }
  session_start_payload: { params: SessionContextQuery; result: Readonly<Record<string, unknown>> }
}

export type Call = <M extends string>(
  method: M,
  params: M extends keyof Methods ? Methods[M]['params'] : object,
  options?: CallOptions,
) => Promise<M extends keyof Methods ? Methods[M]['result'] : unknown>
