// How a relevance floor is chosen and judged. Pure.
import type { Outcome } from './outcomes.ts'

/** Share of the found answers of each data set that a floor may cost. */
export const cheapestCost = 0.01
const folds = 5

export interface Judged {
  readonly dataset: string
  readonly store: string
  /** found: answered among the first ten · abstaining: nobody said · elsewhere: asked of another store */
  readonly group: 'found' | 'abstaining' | 'elsewhere'
  readonly relevance: number
}

/** The questions that say something about a floor; one that was found nowhere cannot be lost. */
export function judgedOf(outcomes: readonly Outcome[]): Judged[] {
  return outcomes.flatMap((outcome): Judged[] => {
    const { dataset, store, abstain, elsewhere, relevance } = outcome
    if (relevance === null) return []
    const group = elsewhere ? 'elsewhere' : abstain ? 'abstaining' : 'found'
    return group === 'found' && !mayBeFound(outcome) ? [] : [{ dataset, store, group, relevance }]
  })
}

/** Answered with nothing, it might have been found: the floor is charged with it. */
function mayBeFound({ turn, isEmpty }: Outcome): boolean {
  return turn !== null && (isEmpty || turn['any@10'] === 1)
}

/** The highest floor that costs no data set more than its share of found answers. */
export function chooseFloor(judged: readonly Judged[]): number {
  const found = judged.filter(({ group }) => group === 'found')
  const floors = [...Map.groupBy(found, ({ dataset }) => dataset).values()].map((group) => {
    const sorted = group.map(({ relevance }) => relevance).sort((a, b) => a - b)
    return sorted[Math.floor(sorted.length * cheapestCost)] as number
  })
  return Math.min(...floors)
}

export type Result = Judged & { readonly isBelow: boolean }

/** Each store is judged by the floor that the stores of the other folds choose. */
export function crossValidated(judged: readonly Judged[]): { floors: number[]; result: Result[] } {
  const foldOf = foldsOf(judged)
  const floors = Array.from({ length: folds }, (_, fold) =>
    chooseFloor(judged.filter((each) => foldOf(each) !== fold)),
  )
  const result = judged.map((each) => ({
    ...each,
    isBelow: each.relevance < (floors[foldOf(each)] as number),
  }))
  return { floors, result }
}

/** The stores of every data set are dealt out in turn. */
function foldsOf(judged: readonly Judged[]): (each: Judged) => number {
  const keyOf = ({ dataset, store }: Judged) => `${dataset}\n${store}`
  const fold = new Map<string, number>()
  for (const [, members] of Map.groupBy(judged, ({ dataset }) => dataset)) {
    const keys = [...new Set(members.map(keyOf))].sort()
    for (const [index, key] of keys.entries()) fold.set(key, index % folds)
  }
  return (each) => fold.get(keyOf(each)) as number
}

export function floorTable(results: readonly Result[]): string {
  const rows = [...Map.groupBy(results, ({ dataset }) => dataset)].map(([dataset, members]) => {
    const cell = (group: Judged['group']) => {
      const all = members.filter((each) => each.group === group)
      const below = all.filter(({ isBelow }) => isBelow).length
      return all.length === 0
        ? ''
        : `${below} of ${all.length} (${((below / all.length) * 100).toFixed(1)} %)`
    }
    return `| ${dataset} | ${cell('found')} | ${cell('abstaining')} | ${cell('elsewhere')} |`
  })
  return [
    '| data | found, then lost | nobody said, answered with nothing | of another store, answered with nothing |',
    '| --- | ---: | ---: | ---: |',
    ...rows,
  ].join('\n')
}
