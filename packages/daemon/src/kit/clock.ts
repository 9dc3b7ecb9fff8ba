// Time is handed in, so that a test can replay a month of memory in a millisecond.

/** Milliseconds since the Unix epoch. */
export type Clock = () => number

export const systemClock: Clock = () => Date.now()
