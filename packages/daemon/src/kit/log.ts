// The log is one JSON line per event on stderr. It never carries memory text, cues, prompts or tokens: pass ids,
// counts and durations only.

export interface LogFields {
  readonly [name: string]: string | number | boolean | null | undefined
}

export interface Log {
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  /** `error` adds the error's name, code and stack (our own frames); its message only for errors of ours. */
  error(event: string, error: unknown, fields?: LogFields): void
}

export const silentLog: Log = { info() {}, warn() {}, error() {} }
