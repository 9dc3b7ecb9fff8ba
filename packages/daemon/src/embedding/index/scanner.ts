// Finds the codes nearest to a question's code in one block of rows. Two forms with one contract: WebAssembly
// (scan-kernel.wat) and plain JavaScript for where there is none (node --jitless). Both work on the same memory.
import { scanKernelBytes } from './scan-kernel-bytes.ts'

/** Memory that grows in place. Views of `buffer` go stale when it grows. */
export interface Arena {
  readonly buffer: ArrayBuffer
  grow(bytes: number): void
}

/** Where one search's question and bookkeeping lie in the arena (byte offsets) and what it asks for. */
export interface ScanRequest {
  readonly codeBytes: number
  readonly query: number
  /** Whether `allowed` says which rows may be seen; else all may. */
  readonly scoped: boolean
  /** one byte per project number, 1 or 0 */
  readonly allowed: number
  /** four bytes per distance, zero at the start of a search */
  readonly histogram: number
  /** out: pairs of row and distance, four bytes each, with room for every row of a block */
  readonly hits: number
  readonly wanted: number
}

export interface Scanner {
  readonly arena: Arena
  /** Starts a search: rows at any distance count. */
  begin(distanceMax: number): void
  /** Looks at the first `rows` rows of a block; returns how many pairs it wrote. */
  scan(request: ScanRequest, codes: number, projects: number, rows: number): number
  /** No row farther than this is among the wanted ones. Only falls during a search. */
  threshold(): number
}

const pageBytes = 65_536
const arenaBytesMax = 4_294_901_760

interface Kernel {
  readonly threshold: WebAssembly.Global
  readonly within: WebAssembly.Global
  scan(...numbers: number[]): number
}

export function createScanner(): Scanner {
  return typeof WebAssembly === 'undefined' ? createPlainScanner() : createWasmScanner()
}

export function createWasmScanner(): Scanner {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: arenaBytesMax / pageBytes })
  const module = new WebAssembly.Module(scanKernelBytes())
  const kernel = new WebAssembly.Instance(module, { index: { memory } }).exports as Kernel
  return {
    arena: {
      get buffer() {
        return memory.buffer
      },
      grow(bytes) {
        memory.grow(Math.ceil(bytes / pageBytes))
      },
    },
    begin(distanceMax) {
      kernel.threshold.value = distanceMax
      kernel.within.value = 0
    },
    scan({ codeBytes, query, scoped, allowed, histogram, hits, wanted }, codes, projects, rows) {
      const isScoped = scoped ? 1 : 0
      return kernel.scan(codes, codeBytes, projects, rows, query, isScoped, allowed, histogram, hits, wanted)
    },
    threshold: () => kernel.threshold.value,
  }
}

export function createPlainScanner(): Scanner {
  const buffer = new ArrayBuffer(pageBytes, { maxByteLength: arenaBytesMax })
  let threshold = 0
  let within = 0
  return {
    arena: {
      buffer,
      grow(bytes) {
        buffer.resize(buffer.byteLength + Math.ceil(bytes / pageBytes) * pageBytes)
      },
    },
    begin(distanceMax) {
      threshold = distanceMax
      within = 0
    },
    scan(request, codes, projects, rows) {
      const { codeBytes, scoped, wanted } = request
      const words = codeBytes >> 2
      const code = new Int32Array(buffer, codes)
      const query = new Int32Array(buffer, request.query, words)
      const project = new Uint16Array(buffer, projects)
      const allowed = new Uint8Array(buffer, request.allowed)
      const histogram = new Int32Array(buffer, request.histogram)
      const hits = new Int32Array(buffer, request.hits)
      let hitCount = 0
      for (let row = 0; row < rows; row++) {
        if (scoped && allowed[project[row] as number] === 0) continue
        let distance = 0
        for (let word = 0; word < words; word++) {
          distance += bitsSet((code[row * words + word] as number) ^ (query[word] as number))
        }
        if (distance > threshold) continue
        hits[hitCount * 2] = row
        hits[hitCount * 2 + 1] = distance
        hitCount++
        histogram[distance] = (histogram[distance] as number) + 1
        within++
        while (within - (histogram[threshold] as number) >= wanted) {
          within -= histogram[threshold] as number
          threshold--
        }
      }
      return hitCount
    },
    threshold: () => threshold,
  }
}

/** Number of ones in a 32-bit word (Warren, Hacker's Delight 5-1). */
function bitsSet(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555)
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333)
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
