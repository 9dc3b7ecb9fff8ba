// What is said for the turns of a pool: one column of numbers for each piece of evidence, by place in pool.turns. Columns,
// because an object for each of some hundred turns is dear to make, and to sum up by its names dearer still.
import { type Component, weights } from './weights.ts'

/** Unweighted evidence of one turn. */
export type Components = Readonly<Record<Component, number>>

/** Unweighted evidence of all turns. */
export type Columns = Readonly<Record<Component, Float64Array>>

export const componentNames = Object.keys(weights) as Component[]

/** Nothing is said for any of `turns` turns yet. */
export function emptyColumns(turns: number): Columns {
  const columns = componentNames.map((name) => [name, new Float64Array(turns)])
  return Object.fromEntries(columns) as Columns
}

export function componentsAt(columns: Columns, index: number): Components {
  const components = componentNames.map((name) => [name, columns[name][index]])
  return Object.fromEntries(components) as Components
}

/** What the components `names` add to the score of each turn. */
export function weightedSums(names: readonly Component[], columns: Columns): Float64Array {
  const sums = new Float64Array(columns.turn.length)
  for (const name of names) addTo(sums, columns[name], weights[name])
  return sums
}

/** Adds `share` of each number in `column` to `sums`. */
function addTo(sums: Float64Array, column: Float64Array, share: number): void {
  for (let index = 0; index < sums.length; index++) {
    sums[index] = (sums[index] as number) + share * (column[index] as number)
  }
}
