// Fills a token budget from several layers. Each has a share of its own; what one leaves unused flows to the others, so
// a project without pinned facts gets more excerpts, and the whole never exceeds the budget.
import { countTokens } from '../text/tokens.ts'
import { type ContextLine, createShown, type Offer } from './line.ts'

export interface LayerOffer<Name extends string> {
  readonly name: Name
  /** Part of the budget that this layer may always use, 0..1; the shares of one call add up to at most 1. */
  readonly share: number
  /** In order of worth. */
  readonly offers: readonly Offer[]
  /** Tokens that each line costs beside its own text (separators, headers). */
  readonly overhead: number
}

export interface TakenLine extends ContextLine {
  readonly tokens: number
}

/** The lines taken of a layer. */
export type Filled<Name extends string> = (layer: Name) => readonly TakenLine[]

/**
 * Takes leading lines of each layer: first within each layer's own share, then, in the same order, with what is left
 * over. A layer stops at the first line that does not fit, so that lines stay in order of worth.
 */
export function fillBudget<Name extends string>(
  budget: number,
  layers: readonly LayerOffer<Name>[],
): Filled<Name> {
  const shown = createShown()
  const states = layers.map((layer) => ({ layer, next: 0, lines: [] as TakenLine[] }))
  let left = budget

  function fill(state: (typeof states)[number], allowance: number): void {
    const { offers, overhead } = state.layer
    let room = Math.min(allowance, left)
    for (; state.next < offers.length; state.next += 1) {
      const line = offers[state.next]?.render(shown) ?? null
      if (line === null) continue
      const tokens = countTokens(line.text)
      const cost = tokens + overhead
      if (cost > room) return
      room -= cost
      left -= cost
      state.lines.push({ ...line, tokens })
      shown.add(line)
    }
  }

  for (const state of states) fill(state, Math.floor(budget * state.layer.share))
  for (const state of states) fill(state, left)
  return (name) => states.find(({ layer }) => layer.name === name)?.lines ?? []
}
