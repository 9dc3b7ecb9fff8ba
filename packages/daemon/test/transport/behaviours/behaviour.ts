// One promise of the wire contract, as data: what is sent over each transport, and the literal answer.

export interface HttpCase {
  readonly send: string | Buffer | readonly (string | Buffer)[]
  readonly status: number
  /** Exact, or a pattern where an id is part of it. */
  readonly body?: string | RegExp
  /** null: the header must be absent. */
  readonly headers?: Readonly<Record<string, string | null>>
  /** The server must (true) or must not (false) close the connection. */
  readonly closes?: boolean
  readonly halfClose?: boolean
  readonly head?: boolean
}

interface SocketCase {
  readonly send: string | Buffer
  /** The answer line, as JSON. */
  readonly answer: object
}

export interface Behaviour {
  readonly name: string
  readonly http?: HttpCase
  readonly socket?: SocketCase
}
