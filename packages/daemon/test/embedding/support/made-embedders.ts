// Embedders made from another one, whose cosines lie elsewhere.
import type { Embedder } from '../../../src/embedding/embedder.ts'

/**
 * Its cosines are `share + (1 - share) * c`: a constant part is laid beside each vector, over as many numbers again, so that
 * none of them dwarfs the others when they are rounded.
 */
export function squeezed(embedder: Embedder, share: number): Embedder {
  const { dimensions } = embedder
  const beside = Math.sqrt(share / dimensions)
  return {
    id: `squeezed:${share}:${embedder.id}`,
    dimensions: 2 * dimensions,
    batchTextsMax: embedder.batchTextsMax,
    async embed(texts, options) {
      const rows = await embedder.embed(texts, options)
      return rows.map((row) => {
        const wide = new Float32Array(2 * dimensions)
        if (row.every((value) => value === 0)) return wide
        wide.fill(beside, dimensions)
        row.forEach((value, d) => {
          wide[d] = Math.sqrt(1 - share) * value
        })
        return wide
      })
    },
    close: () => embedder.close(),
  }
}

/** Vectors that depend on nothing but the letters of a text: what says the same is no nearer than anything else. */
export function lettersOnly(dimensions = 16): Embedder {
  return {
    id: `letters:${dimensions}`,
    dimensions,
    batchTextsMax: 256,
    embed: async (texts) => texts.map((text) => unitOfLetters(text, dimensions)),
    async close() {},
  }
}

function unitOfLetters(text: string, dimensions: number): Float32Array {
  let state = 7
  for (const character of text) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x9e3779b1)
  const values = Array.from({ length: dimensions }, () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x12345
    return (state | 0) / 2 ** 31
  })
  const length = Math.hypot(...values)
  return Float32Array.from(values, (value) => value / length)
}
