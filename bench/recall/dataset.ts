// A recall benchmark as plain data: stores of turns, and questions with the turns that answer them. Files are read in
// the unified form (one store per line, .jsonl or .jsonl.gz); other forms are brought into it by the readers beside.

export interface BenchTurn {
  readonly id: string
  readonly sessionId: string
  /** ms */
  readonly ts: number
  readonly role: 'user' | 'assistant'
  readonly speaker: string | null
  readonly text: string
}

export interface BenchQuery {
  readonly qid: string
  readonly text: string
  readonly type: string
  /** The present of the question, ms. */
  readonly ts: number
  readonly goldTurns: readonly string[]
  readonly goldSessions: readonly string[]
  /** The right answer is that nobody said. */
  readonly abstain: boolean
}

export interface BenchStore {
  readonly name: string
  readonly turns: readonly BenchTurn[]
  readonly queries: readonly BenchQuery[]
}
