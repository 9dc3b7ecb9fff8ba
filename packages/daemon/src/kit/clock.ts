// Time is handed in, so that a test can replay a month of memory in a millisecond.

/** Milliseconds, since the Unix epoch unless said otherwise. */
export type Clock = () => number

export const systemClock: Clock = () => Date.now()

/** For durations: never goes backwards, whatever is done to the time of day. Counts from an arbitrary moment. */
export const monotonicClock: Clock = () => performance.now()
