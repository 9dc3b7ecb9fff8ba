// One shared memory for every large matrix of training, and the WebAssembly products that work on it. They are
// assembled once, in the main thread; workers receive the compiled module.
import { assembleWat } from '../assemble-wat.ts'

const pageBytes = 65_536

export interface Kernels {
  multiply(a: number, b: number, c: number, m: number, n: number, k: number, panel: number): void
  gatherRows(
    starts: number,
    columns: number,
    values: number,
    dense: number,
    out: number,
    from: number,
    to: number,
    rowBytes: number,
  ): void
  scatterRows(
    starts: number,
    columns: number,
    values: number,
    input: number,
    dense: number,
    from: number,
    to: number,
    rowBytes: number,
  ): void
}

export async function assembleKernels(): Promise<WebAssembly.Module> {
  return new WebAssembly.Module(await assembleWat(new URL('./kernels.wat', import.meta.url)))
}

export function instantiateKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  return new WebAssembly.Instance(module, { train: { memory } }).exports as Kernels
}

/** Hands out stretches of the shared memory; nothing is freed before the process ends. Offsets are bytes. */
export class Heap {
  readonly memory: WebAssembly.Memory
  private usedBytes = pageBytes

  constructor(bytesMax: number) {
    // Untouched pages cost nothing, so the whole size is taken at once and views never go stale.
    const pages = Math.ceil(bytesMax / pageBytes) + 1
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: 65_536, shared: true })
  }

  allocate(bytes: number): number {
    const at = this.usedBytes
    this.usedBytes += Math.ceil(bytes / 64) * 64
    if (this.usedBytes > this.memory.buffer.byteLength) throw new Error('the training heap is too small')
    return at
  }

  floats(at: number, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, at, count)
  }

  integers(at: number, count: number): Int32Array {
    return new Int32Array(this.memory.buffer, at, count)
  }

  /** Gives everything allocated after `mark` back, for phases that follow one another. */
  mark(): number {
    return this.usedBytes
  }

  release(mark: number): void {
    this.usedBytes = mark
  }
}
