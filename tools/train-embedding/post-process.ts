// What is done to the trained rows before they are shipped: directions that all words share are taken out, the rest
// is evened out and narrowed (after Mu & Viswanath 2018, "All-but-the-Top"). Columns come out ordered by variance.
import { symmetricEigen } from './spectral.ts'

export interface PostProcessSettings {
  /** The mean and the axes are taken from this many of the most frequent stems. */
  readonly frequentStems: number
  /** Leading principal components dropped: they tell frequency and genre, not meaning. */
  readonly dropComponents: number
  /** Column j is multiplied by (its standard deviation / the first's) to the power of minus this. */
  readonly evening: number
  readonly dimensions: number
}

/** Unit rows, stems x settings.dimensions, from rows of `width`. */
export function postProcess(table: Float32Array, width: number, settings: PostProcessSettings): Float32Array {
  const stems = table.length / width
  const frequent = Math.min(settings.frequentStems, stems)
  const rows = Float64Array.from(table)
  for (let row = 0; row < stems; row++) normalise(rows, row * width, width)
  const mean = new Float64Array(width)
  for (let row = 0; row < frequent; row++) {
    for (let d = 0; d < width; d++)
      mean[d] = (mean[d] as number) + (rows[row * width + d] as number) / frequent
  }
  for (let at = 0; at < rows.length; at++) rows[at] = (rows[at] as number) - (mean[at % width] as number)
  const projection = evenedAxes(rows, frequent, width, settings)
  const out = new Float32Array(stems * settings.dimensions)
  const image = new Float64Array(settings.dimensions)
  for (let row = 0; row < stems; row++) {
    image.fill(0)
    for (let d = 0; d < width; d++) {
      const value = rows[row * width + d] as number
      const base = d * image.length
      for (let j = 0; j < image.length; j++)
        image[j] = (image[j] as number) + value * (projection[base + j] as number)
    }
    normalise(image, 0, image.length)
    out.set(image, row * image.length)
  }
  return out
}

/** width x dimensions: the principal axes that are kept, each scaled by its evening factor. */
function evenedAxes(
  rows: Float64Array,
  frequent: number,
  width: number,
  settings: PostProcessSettings,
): Float64Array {
  const covariance = new Float64Array(width * width)
  for (let row = 0; row < frequent; row++) {
    const base = row * width
    for (let i = 0; i < width; i++) {
      const value = rows[base + i] as number
      for (let j = 0; j <= i; j++) {
        covariance[i * width + j] = (covariance[i * width + j] as number) + value * (rows[base + j] as number)
      }
    }
  }
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < i; j++) covariance[j * width + i] = covariance[i * width + j] as number
  }
  const { values, vectors } = symmetricEigen(covariance, width)
  const order = [...values.keys()].sort((i, j) => (values[j] as number) - (values[i] as number))
  const first = values[order[0] as number] as number
  const axes = new Float64Array(width * settings.dimensions)
  for (let j = 0; j < settings.dimensions; j++) {
    const from = order[settings.dropComponents + j] as number
    const deviation = Math.sqrt(Math.max(values[from] as number, 1e-12) / first)
    const scale = deviation ** -settings.evening
    for (let d = 0; d < width; d++)
      axes[d * settings.dimensions + j] = (vectors[d * width + from] as number) * scale
  }
  return axes
}

function normalise(rows: Float64Array, start: number, width: number): void {
  let square = 1e-24
  for (let d = 0; d < width; d++) square += (rows[start + d] as number) ** 2
  const scale = 1 / Math.sqrt(square)
  for (let d = 0; d < width; d++) rows[start + d] = (rows[start + d] as number) * scale
}
