// Repeatable randomness: every choice in training comes from a seed through integer arithmetic only, so that the
// same corpus and seed give the same file on any machine.

/** A stream of uniform numbers in [0, 1). */
export type Random = () => number

/** Mulberry32 (T. Ettinger, public domain) started from any number of integers mixed together. */
export function randomFrom(...seeds: readonly number[]): Random {
  let state = 0x9e3779b9
  for (const seed of seeds) state = mix(state ^ (seed >>> 0))
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

export function randomInteger(random: Random, below: number): number {
  return Math.floor(random() * below)
}

/** 0 … count-1 in random order (Fisher-Yates). */
export function shuffledIndexes(count: number, random: Random): Int32Array<SharedArrayBuffer> {
  const order = new Int32Array(new SharedArrayBuffer(count * 4))
  for (let i = 0; i < count; i++) order[i] = i
  for (let i = count - 1; i > 0; i--) {
    const j = randomInteger(random, i + 1)
    const held = order[i] as number
    order[i] = order[j] as number
    order[j] = held
  }
  return order
}

function mix(value: number): number {
  let x = value | 0
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad)
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97)
  return x ^ (x >>> 15)
}
