// The codes of all memories that have a vector, in memory, ready to be scanned: id, project and code of each, 42 bytes
// plus 6 to 11 for the row map at 256 bits. What a search returns depends only on which rows are held, never on
// the order in which they came: rebuilding and adding one by one give the same answers.
import { assert } from '../../kit/assert.ts'
import { signsOf } from '../codes.ts'
import { RowMap } from './row-map.ts'
import { createScanner, type Scanner, type ScanRequest } from './scanner.ts'

export interface CodeRow {
  /** Row number of the memory (or passage) in the store; a safe integer. */
  readonly id: number
  readonly project: string
  readonly code: Uint8Array
}

/** Many rows of one project as plain arrays: what the store hands over when the index is loaded. */
export interface CodeBatch {
  readonly project: string
  readonly ids: ArrayLike<number>
  /** All codes end to end. */
  readonly codes: Uint8Array
}

export interface CodeQuestion {
  /** How many hits to return, and how many rows nearest by bits to choose them from. */
  readonly wanted: number
  readonly scanned: number
  /** Projects that may be seen; null: all. */
  readonly projects: readonly string[] | null
}

/** Rows and their distances, side by side. */
interface Found {
  readonly rows: number[]
  readonly distances: number[]
}

const blockRows = 4096
const projectsMax = 65_536
const idBytes = 8
const projectBytes = 2
const pairBytes = 8
const byteValues = 256

export interface CodeSize {
  readonly rows: number
  readonly bytes: number
}

export class CodeTable {
  private readonly scanner: Scanner
  private readonly codeBytes: number
  private readonly blockBytes: number
  private readonly rowMap: RowMap
  private readonly projectNumbers = new Map<string, number>()
  /** Of projects that became another. */
  private readonly freeNumbers: number[] = []
  /** Fixed places at the start of the arena. */
  private readonly at: { query: number; allowed: number; histogram: number; hits: number; blocks: number }
  private rows = 0
  /** Views of the whole arena, made anew when it grows. */
  private bytesView = new Uint8Array(0)
  private view = new DataView(new ArrayBuffer(0))

  constructor(bits: number, scanner: Scanner = createScanner()) {
    assert(bits % 64 === 0, 'a code is whole 64-bit words')
    this.scanner = scanner
    this.codeBytes = bits / 8
    this.blockBytes = blockRows * (this.codeBytes + idBytes + projectBytes)
    const allowed = this.codeBytes
    const histogram = allowed + projectsMax
    const hits = histogram + (this.codeBytes * 8 + 1) * 8
    this.at = { query: 0, allowed, histogram, hits, blocks: hits + blockRows * pairBytes }
    this.rowMap = new RowMap((row) => this.idAt(row))
    this.reserve(this.at.blocks)
  }

  get size(): number {
    return this.rows
  }

  /** Bytes held, the fixed start included. */
  get bytes(): number {
    return this.scanner.arena.buffer.byteLength + this.rowMap.bytes
  }

  has(id: number): boolean {
    return this.rowMap.get(id) >= 0
  }

  /** Adds a row, or replaces the one with this id. */
  add({ id, project, code }: CodeRow): void {
    assert(Number.isSafeInteger(id), 'the id of a row is a safe integer')
    assert(code.length === this.codeBytes, 'a code has the width of its model')
    let row = this.rowMap.get(id)
    if (row < 0) {
      row = this.rows++
      this.reserve(this.blockAt(row) + this.blockBytes)
      this.view.setFloat64(this.idOffset(row), id, true)
      this.rowMap.add(id, row)
    }
    this.view.setUint16(this.projectOffset(row), this.numberOf(project), true)
    this.bytesView.set(code, this.codeOffset(row))
  }

  addBatch({ project, ids, codes }: CodeBatch): void {
    assert(codes.length === ids.length * this.codeBytes, 'a batch has one code per id')
    for (let i = 0; i < ids.length; i++) {
      const code = codes.subarray(i * this.codeBytes, (i + 1) * this.codeBytes)
      this.add({ id: ids[i] as number, project, code })
    }
  }

  /** What was of the project `from` is of `into` from now on. */
  rekey(from: string, into: string): void {
    const before = this.projectNumbers.get(from)
    if (before === undefined || from === into) return
    this.projectNumbers.delete(from)
    const after = this.projectNumbers.get(into)
    if (after === undefined) {
      this.projectNumbers.set(into, before)
      return
    }
    this.freeNumbers.push(before)
    for (let row = 0; row < this.rows; row++) {
      const at = this.projectOffset(row)
      if (this.view.getUint16(at, true) === before) this.view.setUint16(at, after, true)
    }
  }

  /** False when the id was not held. The last row takes the place of the removed one. */
  remove(id: number): boolean {
    const row = this.rowMap.get(id)
    if (row < 0) return false
    this.rowMap.delete(id)
    const last = --this.rows
    if (row === last) return true
    const lastId = this.idAt(last)
    this.bytesView.copyWithin(
      this.codeOffset(row),
      this.codeOffset(last),
      this.codeOffset(last) + this.codeBytes,
    )
    const view = this.view
    view.setUint16(this.projectOffset(row), view.getUint16(this.projectOffset(last), true), true)
    this.rowMap.move(lastId, row)
    view.setFloat64(this.idOffset(row), lastId, true)
    return true
  }

  /**
   * Ids of the rows nearest to `question` (a vector spread into code space), nearest first. Bits alone choose
   * `scanned` rows; among them the question's own magnitudes decide (asymmetric distance, Jégou et al. 2011).
   */
  search(question: Float32Array, { wanted, scanned, projects }: CodeQuestion): number[] {
    assert(question.length === this.codeBytes * 8, 'a question has the width of the codes')
    assert(wanted > 0 && scanned >= wanted, 'a search wants rows, and scans for at least as many')
    const rows = this.nearestByBits(signsOf(question), scanned, projects)
    const gains = byteGains(question)
    const scores = this.scoresOf(rows, gains)
    // Most rows lose by far: only those that can be among the wanted are sorted with their ids.
    const cut = scores.length > wanted ? (scores.toSorted().at(-wanted) as number) : Number.NEGATIVE_INFINITY
    const best: { readonly id: number; readonly score: number }[] = []
    rows.forEach((row, i) => {
      const score = scores[i] as number
      if (score >= cut) best.push({ id: this.idAt(row), score })
    })
    best.sort((a, b) => b.score - a.score || b.id - a.id)
    return best.slice(0, wanted).map(({ id }) => id)
  }

  /** The `count` rows with the fewest differing bits, later ids first among equals; in no particular order. */
  private nearestByBits(code: Uint8Array, count: number, projects: readonly string[] | null): number[] {
    const numbers = this.numbersOf(projects)
    if (numbers?.size === 0) return []
    this.bytesView.set(code, this.at.query)
    if (numbers !== null) this.allow(numbers)
    this.bytesOf(this.at.histogram, this.at.hits - this.at.histogram).fill(0)
    this.scanner.begin(this.codeBytes * 8)
    const scoped = numbers !== null
    const request: ScanRequest = { ...this.at, codeBytes: this.codeBytes, scoped, wanted: count }
    let found: Found = { rows: [], distances: [] }
    for (let first = 0; first < this.rows; first += blockRows) {
      const inBlock = Math.min(blockRows, this.rows - first)
      const hits = this.scanner.scan(request, this.codeOffset(first), this.projectOffset(first), inBlock)
      if (hits > 0) this.collect(found, first, hits)
      // The threshold cannot fall among equals; a crowd of them is cut by id here, so that it never piles up.
      if (found.rows.length > blockRows + count * 8) found = this.nearest(found, count)
    }
    return this.nearest(found, count).rows
  }

  private collect(found: Found, firstRow: number, hitCount: number): void {
    const threshold = this.scanner.threshold()
    const hits = new Int32Array(this.scanner.arena.buffer, this.at.hits, hitCount * 2)
    for (let i = 0; i < hits.length; i += 2) {
      const distance = hits[i + 1] as number
      if (distance > threshold) continue
      found.rows.push(firstRow + (hits[i] as number))
      found.distances.push(distance)
    }
  }

  /** What is left of `found` under the present threshold, cut to `count` among those at the threshold itself. */
  private nearest({ rows, distances }: Found, count: number): Found {
    const threshold = this.scanner.threshold()
    const near: Found = { rows: [], distances: [] }
    const atThreshold: number[] = []
    rows.forEach((row, i) => {
      const distance = distances[i] as number
      if (distance === threshold) atThreshold.push(row)
      if (distance >= threshold) return
      near.rows.push(row)
      near.distances.push(distance)
    })
    const room = count - near.rows.length
    if (atThreshold.length > room) atThreshold.sort((a, b) => this.idAt(b) - this.idAt(a))
    for (const row of atThreshold.slice(0, room)) {
      near.rows.push(row)
      near.distances.push(threshold)
    }
    return near
  }

  /** Dot product of the question with each row's code read as ±1. */
  private scoresOf(rows: readonly number[], gains: Float32Array): Float64Array {
    const scores = new Float64Array(rows.length)
    for (let i = 0; i < scores.length; i++) {
      let at = this.codeOffset(rows[i] as number)
      let sum = 0
      for (let base = 0; base < gains.length; base += byteValues) {
        sum += gains[base + (this.bytesView[at++] as number)] as number
      }
      scores[i] = sum
    }
    return scores
  }

  /** Numbers of the projects that may be seen; null where that leaves none out. */
  private numbersOf(projects: readonly string[] | null): ReadonlySet<number> | null {
    if (projects === null) return null
    const numbers = new Set(projects.flatMap((project) => this.projectNumbers.get(project) ?? []))
    return numbers.size === this.projectNumbers.size ? null : numbers
  }

  private allow(numbers: ReadonlySet<number>): void {
    const allowed = this.bytesOf(this.at.allowed, projectsMax)
    allowed.fill(0)
    for (const number of numbers) allowed[number] = 1
  }

  private numberOf(project: string): number {
    const known = this.projectNumbers.get(project)
    if (known !== undefined) return known
    const number = this.freeNumbers.pop() ?? this.projectNumbers.size
    assert(number < projectsMax, 'project numbers fit two bytes')
    this.projectNumbers.set(project, number)
    return number
  }

  private reserve(bytes: number): void {
    const { arena } = this.scanner
    if (bytes > arena.buffer.byteLength) arena.grow(bytes - arena.buffer.byteLength)
    if (this.view.buffer === arena.buffer) return
    this.bytesView = new Uint8Array(arena.buffer)
    this.view = new DataView(arena.buffer)
  }

  // A block is its ids, then its codes, then its projects, each aligned to its own size.
  private blockAt(row: number): number {
    return this.at.blocks + Math.floor(row / blockRows) * this.blockBytes
  }

  private idOffset(row: number): number {
    return this.blockAt(row) + (row % blockRows) * idBytes
  }

  private codeOffset(row: number): number {
    return this.blockAt(row) + blockRows * idBytes + (row % blockRows) * this.codeBytes
  }

  private projectOffset(row: number): number {
    return this.blockAt(row) + blockRows * (idBytes + this.codeBytes) + (row % blockRows) * projectBytes
  }

  private idAt(row: number): number {
    return this.view.getFloat64(this.idOffset(row), true)
  }

  private bytesOf(offset: number, length: number): Uint8Array {
    return this.bytesView.subarray(offset, offset + length)
  }
}

/** What each value of each code byte adds to the dot product with the question: 256 numbers per byte. */
function byteGains(question: Float32Array): Float32Array {
  const gains = new Float32Array((question.length / 8) * byteValues)
  for (let byte = 0; byte * 8 < question.length; byte++) {
    const base = byte * byteValues
    let none = 0
    for (let bit = 0; bit < 8; bit++) none -= question[byte * 8 + bit] as number
    gains[base] = none
    // From the highest bit down: each value comes from the one without its lowest bit.
    for (let bit = 7; bit >= 0; bit--) {
      const gain = 2 * (question[byte * 8 + bit] as number)
      const one = 1 << bit
      for (let at = base + one; at < base + byteValues; at += 2 * one) {
        gains[at] = (gains[at - one] as number) + gain
      }
    }
  }
  return gains
}
