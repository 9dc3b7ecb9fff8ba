// One way in, and what must hold whatever comes in through it. A target is handed inputs in batches and says what went
// wrong; where inputs come from, and how many, is for fuzz.ts.
import fc from 'fast-check'
import { seededRandom } from '../../bench/load/invented-history.ts'
import type { DaemonChild } from '../support/daemon-child.ts'
import { mutate, oneOf } from './mutate.ts'

/** What a broken promise looked like, and the input that broke it. */
export interface Finding {
  readonly what: string
  readonly input: Buffer
}

export interface World {
  readonly daemon: DaemonChild
  readonly token: string
  /** For files that a target writes; emptied by the target. */
  readonly folder: string
}

export interface Target {
  readonly name: string
  /** Of every hundred inputs. */
  readonly share: number
  readonly inputsPerBatch: number
  /** Batches under way at once; 1 where they would share files. */
  readonly batchesAtOnce?: number
  /** Well-formed but for single places; half of all inputs. */
  readonly structured: fc.Arbitrary<Buffer>
  /** Valid input, to be damaged byte by byte; the other half. */
  readonly seeds: readonly Buffer[]
  tryBatch(world: World, inputs: readonly Buffer[]): Promise<readonly Finding[]>
}

/** The inputs of one batch: the same for the same numbers. */
export function inputsOf(target: Target, seed: number, batch: number): readonly Buffer[] {
  const own = (seed * 1_000_003 + batch * 97 + target.name.length * 7_919) >>> 0
  const half = Math.floor(target.inputsPerBatch / 2)
  const random = seededRandom(own)
  const structured = fc.sample(target.structured, { seed: own | 0, numRuns: half })
  const damaged = Array.from({ length: target.inputsPerBatch - half }, () =>
    mutate(random, oneOf(random, target.seeds), target.seeds),
  )
  return [...structured, ...damaged]
}

/** Mostly what is right, sometimes what is not: an input that is wrong everywhere never gets past the first check. */
export function mostly<T>(right: fc.Arbitrary<T>, wrong: fc.Arbitrary<T>, weight = 9): fc.Arbitrary<T> {
  return fc.oneof({ weight, arbitrary: right }, { weight: 1, arbitrary: wrong })
}

export async function withinMs<T>(work: Promise<T>, ms: number): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
