// Whether anything that was found is about the cue at all. A ranking always has a first place; below a floor of evidence
// the honest answer is that nothing was said. Who said it, where it stands in its session and what form it has make one
// turn likelier than another, and say nothing about the topic: they do not count here. Pure.
import type { Components } from './meaning-evidence.ts'
import type { ScoredTurn } from './scored-turn.ts'
import {
  foundedNearness,
  nearnessFloor,
  otherTopicalComponents,
  relevanceFloor,
  weights,
  wordComponents,
} from './weights.ts'

/**
 * What the words, the time and the person named in a cue have to do with a turn, on the scale of its score. `cueLength`
 * is 1, and more for a cue so long that its words cannot all be expected in one turn. What is near enough to the cue by
 * meaning, among so many `passages`, is about it without any of its words.
 */
export function relevanceOf(
  components: Components,
  cueLength: number,
  nearness: number,
  passages: number,
): number {
  let words = 0
  for (const name of wordComponents) words += weights[name] * components[name]
  // Words that are not believed when turns are ranked vouch for none of them either.
  words += weights.doubt * components.doubt
  let other = 0
  for (const name of otherTopicalComponents) other += weights[name] * components[name]
  const { least, base, perLogPassage } = nearnessFloor
  const nearEnough = Math.max(least, base + perLogPassage * Math.log(Math.max(1, passages)))
  return Math.max(words * cueLength + other, (nearness / nearEnough) * relevanceFloor)
}

/** True when nothing of the cue was found, neither in the turn nor around it: the rest of a score is only habit. */
export function isUnfounded({ turn, round, session, next, phrase, window }: Components): boolean {
  return turn + round + session + next + phrase + window === 0
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
  const founded = scored.filter(
    ({ components, nearness }) => nearness >= foundedNearness || !isUnfounded(components),
  )
  const best = Math.max(0, ...founded.slice(0, judgedMax).map(({ relevance }) => relevance))
  const isAnswer =
    best >= relevanceFloor || (asksOnlyForTime && founded.some(({ components }) => components.window > 0))
  return isAnswer ? { shown: founded, leftOut: [], best } : { shown: [], leftOut: founded, best }
}
