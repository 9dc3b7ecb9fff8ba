// Draws words that a thesaurus puts together towards each other (after Faruqui et al. 2015, "Retrofitting Word Vectors to
// Semantic Lexicons", one round). A thesaurus lists every sense of a word side by side; those companions that the corpus
// says nothing for are left where they are.
import type { Companions } from './thesaurus.ts'

export interface RetrofitSettings {
  /** Companions of a lower cosine are of another sense. */
  readonly cosineMin: number
  /** How much the companions' mean counts beside the word itself. */
  readonly share: number
}

/** Unit rows from unit rows, each with the mean of its companions, weighed by their cosine. Pure. */
export function retrofit(
  rows: Float32Array,
  dimensions: number,
  companions: Companions,
  { cosineMin, share }: RetrofitSettings,
): Float32Array {
  const out = Float32Array.from(rows)
  const mean = new Float64Array(dimensions)
  companions.forEach((own, stem) => {
    const base = stem * dimensions
    let total = 0
    mean.fill(0)
    for (const other of own) {
      const from = other * dimensions
      let cosine = 0
      for (let d = 0; d < dimensions; d++) cosine += (rows[base + d] as number) * (rows[from + d] as number)
      if (cosine < cosineMin) continue
      total += cosine
      for (let d = 0; d < dimensions; d++) mean[d] = (mean[d] as number) + cosine * (rows[from + d] as number)
    }
    if (total === 0) return
    let square = 0
    for (let d = 0; d < dimensions; d++) {
      const value = (rows[base + d] as number) + (share / total) * (mean[d] as number)
      mean[d] = value
      square += value ** 2
    }
    const scale = 1 / Math.sqrt(square)
    for (let d = 0; d < dimensions; d++) out[base + d] = scale * (mean[d] as number)
  })
  return out
}
