// Work that can be paused: a generator that yields between its steps and returns what came of it.

export type Steps<Result> = Generator<undefined, Result, undefined>

/** In one go. */
export function endOf<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** With a pause between any two steps. */
export async function endWithPauses<Result>(
  steps: Steps<Result>,
  pause: () => Promise<unknown>,
): Promise<Result> {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
    await pause()
  }
}
