// Whether anything that was found is about the cue at all. A ranking always has a first place; below a floor of evidence
// the honest answer is that nothing was said. Who said it, where it stands in its session and what form it has make one
// turn likelier than another, and say nothing about the topic: they do not count here. Pure.
import { type Columns, weightedSums } from './evidence-columns.ts'
import type { ScoredTurn } from './scored-turn.ts'
import {
  foundedNearness,
  foundingComponents,
  nearnessFloor,
  otherTopicalComponents,
  relevanceFloor,
  wordComponents,
} from './weights.ts'

/**
 * What the words, the time and the person named in a cue have to do with each turn, on the scale of its score. `cueLength`
 * is 1, and more for a cue so long that its words cannot all be expected in one turn. What is near enough to the cue by
 * meaning, among so many `passages`, is about it without any of its words: `nearness` has the cosines.
 */
export function relevancesOf(
  columns: Columns,
  cueLength: number,
  nearness: Float64Array,
  passages: number,
): Float64Array {
  // Words that are not believed when turns are ranked vouch for none of them either.
  const words = weightedSums([...wordComponents, 'doubt'], columns)
  const other = weightedSums(otherTopicalComponents, columns)
  const { least, base, perLogPassage } = nearnessFloor
  const nearEnough = Math.max(least, base + perLogPassage * Math.log(Math.max(1, passages)))
  return nearness.map((near, index) =>
    Math.max(
      (words[index] as number) * cueLength + (other[index] as number),
      (near / nearEnough) * relevanceFloor,
    ),
  )
}

/** False where nothing of the cue was found in a turn, around it or near it: the rest of its score is only habit. */
export function foundedOf(columns: Columns, nearness: Float64Array): boolean[] {
  const found = foundingComponents.map((name) => columns[name])
  return Array.from(
    nearness,
    (near, index) => near >= foundedNearness || found.some((column) => column[index] !== 0),
  )
}

export interface Judged {
  /** What may be shown, best first: all that is founded, or nothing when none of the best reaches the floor. */
  readonly shown: readonly ScoredTurn[]
  /** What was founded and is left out, best first. */
  readonly leftOut: readonly ScoredTurn[]
  /** The highest relevance among the best, 0 when there is none. */
  readonly best: number
}

/** The floor was measured on the best this many. */
const judgedMax = 10

/** Judges `scored`, best first. For a cue that asks for nothing but a time, having been said then is enough. */
export function judge(scored: readonly ScoredTurn[], asksOnlyForTime: boolean): Judged {
  const founded = scored.filter(({ isFounded }) => isFounded)
  const best = Math.max(0, ...founded.slice(0, judgedMax).map(({ relevance }) => relevance))
  const isAnswer =
    best >= relevanceFloor || (asksOnlyForTime && founded.some(({ components }) => components().window > 0))
  return isAnswer ? { shown: founded, leftOut: [], best } : { shown: [], leftOut: founded, best }
}
