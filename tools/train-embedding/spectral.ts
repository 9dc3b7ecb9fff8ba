// The leading eigenvectors of a large sparse symmetric matrix by randomized subspace iteration (Halko, Martinsson &
// Tropp 2011), and of a small dense one by cyclic Jacobi.
import type { SparseMatrix } from './cooccurrence.ts'
import type { Heap, Kernels } from './kernels.ts'
import type { Random } from './random.ts'
import type { WorkerPool } from './worker-pool.ts'

const oversample = 64
const iterations = 4
const chunkRows = 1024

/** Rows of U·sqrt(|λ|) for the `dimensions` eigenvalues largest in size: float32, rows x dimensions. */
export async function spectralRows(
  pool: WorkerPool,
  heap: Heap,
  kernels: Kernels,
  matrix: SparseMatrix,
  dimensions: number,
  random: Random,
): Promise<Float32Array> {
  const width = dimensions + oversample
  const work = new Subspace(heap, kernels, matrix.rows, width)
  const basis = heap.floats(work.basis, matrix.rows * width)
  for (let i = 0; i < basis.length; i++) basis[i] = gaussian(random)
  for (let i = 0; i < iterations; i++) {
    await sparseTimes(pool, heap, matrix, work.basis, work.image, width)
    work.swap()
    work.orthonormalise()
  }
  work.orthonormalise()
  await sparseTimes(pool, heap, matrix, work.basis, work.image, width)
  const { values, vectors } = symmetricEigen(work.product(work.basis, work.image), width)
  const order = [...values.keys()].sort(
    (i, j) => Math.abs(values[j] as number) - Math.abs(values[i] as number),
  )
  const rotation = new Float32Array(width * width)
  for (let to = 0; to < dimensions; to++) {
    const from = order[to] as number
    const scale = Math.sqrt(Math.abs(values[from] as number))
    for (let i = 0; i < width; i++) rotation[i * width + to] = (vectors[i * width + from] as number) * scale
  }
  const rotated = work.rotate(rotation)
  const rows = new Float32Array(matrix.rows * dimensions)
  for (let row = 0; row < matrix.rows; row++) {
    rows.set(rotated.subarray(row * width, row * width + dimensions), row * dimensions)
  }
  return rows
}

async function sparseTimes(
  pool: WorkerPool,
  heap: Heap,
  matrix: SparseMatrix,
  dense: number,
  out: number,
  width: number,
): Promise<void> {
  heap.floats(out, matrix.rows * width).fill(0)
  const jobs = []
  for (let from = 0; from < matrix.rows; from += chunkRows) {
    const to = Math.min(matrix.rows, from + chunkRows)
    jobs.push([matrix.starts, matrix.columns, matrix.values, dense, out, from, to, width * 4] as const)
  }
  await pool.map(
    'gatherRows',
    jobs.map((job) => [...job]),
  )
}

/** Two tall matrices (rows x width) on the heap and the products that keep one of them orthonormal. */
class Subspace {
  private readonly heap: Heap
  private readonly kernels: Kernels
  private readonly rows: number
  private readonly width: number
  basis: number
  image: number
  private readonly small: number
  private readonly turned: number
  private readonly panel: number

  constructor(heap: Heap, kernels: Kernels, rows: number, width: number) {
    this.heap = heap
    this.kernels = kernels
    this.rows = rows
    this.width = width
    this.basis = heap.allocate(rows * width * 4)
    this.image = heap.allocate(rows * width * 4)
    this.small = heap.allocate(width * width * 4)
    this.turned = heap.allocate(chunkRows * width * 4)
    this.panel = heap.allocate(Math.max(chunkRows, width) * 32)
  }

  swap(): void {
    const held = this.basis
    this.basis = this.image
    this.image = held
  }

  /** basis := basis · R⁻¹ with RᵀR = basisᵀ·basis (Cholesky QR). */
  orthonormalise(): void {
    const gram = this.product(this.basis, this.basis)
    // A corpus with fewer stems than columns has no more directions to give; a trace of noise keeps those finite.
    const trace = gram.reduce((sum, value, i) => (i % (this.width + 1) === 0 ? sum + value : sum), 0)
    for (let i = 0; i < this.width; i++) {
      gram[i * this.width + i] = (gram[i * this.width + i] as number) + (1e-6 * trace) / this.width
    }
    const inverse = inverseUpperCholesky(gram, this.width)
    this.rotate(Float32Array.from(inverse))
    this.swap()
  }

  /** leftᵀ · right, summed in double precision over chunks of rows. */
  product(left: number, right: number): Float64Array {
    const { width } = this
    const sum = new Float64Array(width * width)
    const small = this.heap.floats(this.small, width * width)
    for (let from = 0; from < this.rows; from += chunkRows) {
      const count = Math.min(chunkRows, this.rows - from)
      const source = this.heap.floats(left + from * width * 4, count * width)
      transpose(source, this.heap.floats(this.turned, count * width), count, width)
      const chunk = right + from * width * 4
      this.kernels.multiply(this.turned, chunk, this.small, width, width, count, this.panel)
      for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (small[i] as number)
    }
    return sum
  }

  /** image := basis · rotation; returns a view of it. */
  rotate(rotation: Float32Array): Float32Array {
    const { width, rows } = this
    this.heap.floats(this.small, width * width).set(rotation)
    this.kernels.multiply(this.basis, this.small, this.image, rows, width, width, this.panel)
    return this.heap.floats(this.image, rows * width)
  }
}

export function transpose(from: Float32Array, to: Float32Array, rows: number, columns: number): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      to[column * rows + row] = from[row * columns + column] as number
  }
}

/** R⁻¹ for the upper Cholesky factor R of a positive definite matrix. */
export function inverseUpperCholesky(matrix: Float64Array, size: number): Float64Array {
  const lower = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j] as number
      for (let k = 0; k < j; k++) sum -= (lower[i * size + k] as number) * (lower[j * size + k] as number)
      if (i === j && sum <= 0)
        throw new Error('the matrix is not positive definite; the subspace has collapsed')
      lower[i * size + j] = i === j ? Math.sqrt(sum) : sum / (lower[j * size + j] as number)
    }
  }
  // Column j of (Lᵀ)⁻¹ = (L⁻¹)ᵀ by forward substitution.
  const inverse = new Float64Array(size * size)
  for (let j = 0; j < size; j++) {
    for (let i = j; i < size; i++) {
      let sum = i === j ? 1 : 0
      for (let k = j; k < i; k++) sum -= (lower[i * size + k] as number) * (inverse[j * size + k] as number)
      inverse[j * size + i] = sum / (lower[i * size + i] as number)
    }
  }
  return inverse
}

/** All eigenvalues and eigenvectors (columns of `vectors`) of a symmetric matrix, unordered. */
export function symmetricEigen(
  matrix: Float64Array,
  size: number,
): { values: Float64Array; vectors: Float64Array } {
  const a = Float64Array.from(matrix)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const mean = ((a[i * size + j] as number) + (a[j * size + i] as number)) / 2
      a[i * size + j] = mean
      a[j * size + i] = mean
    }
  }
  // Kept transposed (rows are eigenvectors) while rotating, so that both loops below walk along rows.
  const v = new Float64Array(size * size)
  for (let i = 0; i < size; i++) v[i * size + i] = 1
  const scale = a.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
  for (let sweep = 0; sweep < 30; sweep++) {
    let rotations = 0
    for (let p = 0; p < size - 1; p++) {
      for (let q = p + 1; q < size; q++) {
        const apq = a[p * size + q] as number
        if (Math.abs(apq) <= 1e-11 * scale) continue
        rotations++
        const theta = ((a[q * size + q] as number) - (a[p * size + p] as number)) / (2 * apq)
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
        const c = 1 / Math.sqrt(t * t + 1)
        const s = t * c
        for (let k = 0; k < size; k++) {
          const akp = a[k * size + p] as number
          const akq = a[k * size + q] as number
          a[k * size + p] = c * akp - s * akq
          a[k * size + q] = s * akp + c * akq
        }
        rotateRows(a, size, p, q, c, s)
        rotateRows(v, size, p, q, c, s)
      }
    }
    if (rotations === 0) break
  }
  const values = new Float64Array(size)
  const vectors = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    values[i] = a[i * size + i] as number
    for (let k = 0; k < size; k++) vectors[k * size + i] = v[i * size + k] as number
  }
  return { values, vectors }
}

function rotateRows(m: Float64Array, size: number, p: number, q: number, c: number, s: number): void {
  for (let k = 0; k < size; k++) {
    const mp = m[p * size + k] as number
    const mq = m[q * size + k] as number
    m[p * size + k] = c * mp - s * mq
    m[q * size + k] = s * mp + c * mq
  }
}

function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
