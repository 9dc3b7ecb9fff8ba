// Whether what was looked at over a soak grew. Memory is held against the calls that were answered, not against time: a
// leak is so many bytes a call on any machine, and caches are full after so many calls, however long those took.
import type { ProcessUse } from '../support/daemon-child.ts'
import { slopeOf } from './slope.ts'

export interface Look extends ProcessUse {
  readonly minute: number
  readonly calls: number
}

export interface Verdict {
  readonly isRight: boolean
  readonly what: string
}

/** Growth of resident memory after the warm-up, bytes a call. */
const bytesPerCallMax = 150
/** What garbage collection moves up and down; weighs on short runs only. */
const noiseMib = 12
/** Descriptors and threads at the end, more than after the warm-up. */
const handlesMoreMax = 10
/**
 * Caches fill, code is compiled, heaps find their size. In a run of fewer than 50,000 calls the caches may still be filling
 * then, by a kilobyte or two a call; what is allowed for noise covers that too.
 */
const warmUpShare = 0.5
const bytesPerMib = 1_048_576

export interface Growth {
  readonly bytesPerCall: number
  readonly bytesPerCallMax: number
  readonly mibPerMinute: number
  readonly first: Look
  readonly last: Look
}

/** Null when there is too little to say anything. */
export function growthOf(looks: readonly Look[]): Growth | null {
  const warm = afterWarmUp(looks)
  const [first] = warm
  const last = warm.at(-1)
  if (first === undefined || last === undefined || last.calls <= first.calls) return null
  return {
    bytesPerCall: slopeOf(warm.map(({ calls, rssMib }) => [calls, rssMib * bytesPerMib])),
    bytesPerCallMax: bytesPerCallMax + (noiseMib * bytesPerMib) / (last.calls - first.calls),
    mibPerMinute: slopeOf(warm.map(({ minute, rssMib }) => [minute, rssMib])),
    first,
    last,
  }
}

export function memoryVerdict(growth: Growth | null): Verdict {
  if (growth === null)
    return { isRight: false, what: 'it ran too short to say anything; ask for more minutes' }
  const { bytesPerCall, bytesPerCallMax: max, mibPerMinute, first, last } = growth
  return {
    isRight: bytesPerCall <= max,
    what: `memory grows by ${bytesPerCall.toFixed(0)} bytes a call after the warm-up (bound ${max.toFixed(0)}), ${mibPerMinute.toFixed(2)} MiB a minute; ${first.rssMib.toFixed(0)} MiB after ${first.calls} calls, ${last.rssMib.toFixed(0)} after ${last.calls}`,
  }
}

export function handleVerdicts(looks: readonly Look[]): Verdict[] {
  const warm = afterWarmUp(looks)
  const third = Math.ceil(warm.length / 3)
  return (['files', 'threads'] as const).map((name) => {
    const atMost = Math.max(...warm.slice(0, third).map((look) => look[name]))
    const end = Math.max(...warm.slice(-third).map((look) => look[name]))
    return {
      isRight: end <= atMost + handlesMoreMax,
      what: `${name === 'files' ? 'descriptors' : 'threads'}: at most ${atMost} after the warm-up, ${end} towards the end`,
    }
  })
}

function afterWarmUp(looks: readonly Look[]): readonly Look[] {
  const calls = looks.at(-1)?.calls ?? 0
  return looks.filter((look) => look.calls >= calls * warmUpShare)
}
