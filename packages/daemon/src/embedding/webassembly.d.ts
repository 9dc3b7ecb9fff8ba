// The part of the WebAssembly JavaScript interface that is used here. TypeScript ships it only with the browser's
// types, which a daemon should not see.
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>)
  }
  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>)
    readonly exports: unknown
  }
  class Memory {
    constructor(descriptor: { initial: number; maximum: number; shared?: boolean })
    readonly buffer: ArrayBuffer
    /** Returns the number of pages before. */
    grow(pages: number): number
  }
  interface Global {
    value: number
  }
}
