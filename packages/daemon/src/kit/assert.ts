// Asserts are for our own mistakes; errors a caller can cause are AppErrors (kit/errors.ts).

class AssertionError extends Error {
  override readonly name = 'AssertionError'
}

/** Throws AssertionError with `sentence` (a statement of what must hold) unless `condition` is true. */
export function assert(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new AssertionError(`does not hold: ${sentence}`)
}

/** For the default branch of an exhaustive switch: a type error when a case is missing. */
export function unreachable(value: never): never {
  throw new AssertionError(`does not hold: every case is handled (got ${JSON.stringify(value)})`)
}
