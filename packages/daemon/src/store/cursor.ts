// Where a list goes on: behind a place in time and arrival, not behind a memory, so that it holds also when the memory
// that stood there is forgotten meanwhile. Callers pass it on as it is.

export interface ListPosition {
  readonly saidAt: number
  /** Tells apart what was said at the same time: rises in order of arrival. */
  readonly seq: number
}

const form = /^(-?\d+):(\d+)$/

export function cursorOf({ saidAt, seq }: ListPosition): string {
  return `${saidAt}:${seq}`
}

/** Null when `text` is not a cursor. */
export function positionOf(text: string): ListPosition | null {
  const [, saidAt, seq] = form.exec(text) ?? []
  return saidAt === undefined || seq === undefined ? null : { saidAt: Number(saidAt), seq: Number(seq) }
}
