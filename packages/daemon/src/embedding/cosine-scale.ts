// In which unit recall reads cosines: that of the built-in model, by which its floors and weights were chosen. Under other
// models unrelated texts are as near each other as .7, so each has a straight line from its cosines to that unit, drawn
// through what was measured on the same texts (measuring.ts). Pure.

/** A cosine c of an embedder counts as `slope * c + offset`, within [-1, 1]. */
export interface CosineScale {
  readonly slope: number
  readonly offset: number
}

/** What an embedder makes of the sample texts. */
export interface MeasuredCosines {
  /** Mean and standard deviation over pairs of texts that have nothing to do with each other. */
  readonly unrelated: { readonly mean: number; readonly spread: number }
  /** Mean over pairs that say the same. */
  readonly alike: { readonly mean: number }
}

/** Leaves every cosine as it is. */
export const builtinScale: CosineScale = { slope: 1, offset: 0 }

/** Of the built-in model; test/embedding/measuring.test.ts measures them again. */
export const builtinCosines: MeasuredCosines = {
  unrelated: { mean: 0.03791, spread: 0.082554 },
  alike: { mean: 0.412318 },
}

/**
 * Texts alike stand out from unrelated ones by so many standard deviations at least; by fewer a mean of some pairs may do
 * so by chance. The built-in model's do by 4.5.
 */
const standingOutMin = 1

/**
 * The line that puts unrelated texts where the built-in model has them, and neither scatters them more nor puts texts that
 * are alike nearer than it does: what is near by chance is then no likelier to be taken for an answer. Null for an embedder
 * that does not tell the two apart.
 */
export function scaleOf({ unrelated, alike }: MeasuredCosines): CosineScale | null {
  const standsOut = alike.mean - unrelated.mean
  if (!(standsOut > 0 && standsOut >= standingOutMin * unrelated.spread)) return null
  const wanted = builtinCosines
  const slope = Math.min(
    wanted.unrelated.spread / unrelated.spread,
    (wanted.alike.mean - wanted.unrelated.mean) / standsOut,
  )
  return { slope, offset: wanted.unrelated.mean - slope * unrelated.mean }
}

export function onScale({ slope, offset }: CosineScale, cosine: number): number {
  return Math.max(-1, Math.min(1, slope * cosine + offset))
}
