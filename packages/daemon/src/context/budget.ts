// Shares a token budget among layers. Each layer has a share of its own; what one leaves unused flows to the others,
// so a project without pinned facts gets more excerpts, and the whole never exceeds the budget.
import { countTokens } from '../text/tokens.ts'

export interface LayerOffer {
  /** Part of the budget this layer may always use, 0..1; the shares of one call add up to at most 1. */
  readonly share: number
  /** Finished lines in order of worth; each costs its tokens plus `overhead`. */
  readonly lines: readonly string[]
  /** Tokens each line costs beside its own text (separators, headers). */
  readonly overhead: number
}

/**
 * How many leading lines of each layer fit: first within each layer's own share, then, layer by layer in the order
 * given, with what is left over. Layers stop at the first line that does not fit, so that lines stay in order of worth.
 */
export function shareBudget(budget: number, layers: readonly LayerOffer[]): readonly number[] {
  const costs = layers.map((layer) => layer.lines.map((line) => countTokens(line) + layer.overhead))
  const taken = layers.map(() => 0)
  let left = budget
  const fill = (index: number, allowance: number): void => {
    const own = costs[index] ?? []
    let room = Math.min(allowance, left)
    for (let next = taken[index] ?? 0; next < own.length; next += 1) {
      const cost = own[next] ?? 0
      if (cost > room) return
      room -= cost
      left -= cost
      taken[index] = next + 1
    }
  }
  layers.forEach((layer, index) => {
    fill(index, Math.floor(budget * layer.share))
  })
  layers.forEach((_, index) => {
    fill(index, left)
  })
  return taken
}
