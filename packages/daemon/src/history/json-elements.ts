// Cuts the elements out of one big JSON array, byte by byte, without parsing it: exports are a single array of
// hundreds of megabytes. Own code because it must drop an element over the limit without ever holding it, which
// token-building parsers cannot; each element that fits is handed to JSON.parse, which has the last word.

export interface JsonElement {
  /** The element's bytes; null when there were more than the limit. */
  readonly bytes: Buffer | null
  readonly start: number
  /** Offset behind the element. */
  readonly end: number
  /** False when the input stopped inside the element. */
  readonly isEnded: boolean
}

const quote = 0x22
const backslash = 0x5c
const openers = new Set([0x5b, 0x7b])
const closers = new Set([0x5d, 0x7d])

/** Elements (objects and arrays) of the array or arrays at the top level; offsets count from the first byte. */
export async function* jsonElements(
  chunks: AsyncIterable<Buffer>,
  { elementBytesMax }: { readonly elementBytesMax: number },
): AsyncGenerator<JsonElement> {
  const edgeAt = createEdgeFinding()
  let offset = 0
  let start = -1
  let parts: Buffer[] = []

  for await (const chunk of chunks) {
    let from = 0
    for (let index = 0; index < chunk.length; index += 1) {
      const edge = edgeAt(chunk[index] as number)
      if (edge === null) continue
      if (edge === 'first') {
        start = offset + index
        from = index
        continue
      }
      const end = offset + index + 1
      parts.push(chunk.subarray(from, index + 1))
      const bytes = end - start > elementBytesMax ? null : Buffer.concat(parts)
      yield { bytes, start, end, isEnded: true }
      parts = []
      start = -1
    }
    offset += chunk.length
    if (start === -1) continue
    if (offset - start <= elementBytesMax) parts.push(chunk.subarray(from))
    else parts = []
  }
  if (start !== -1) yield { bytes: null, start, end: offset, isEnded: false }
}

/** Given byte after byte, says which one is the first of an element and which the last; null for all others. */
function createEdgeFinding(): (byte: number) => 'first' | 'last' | null {
  let depth = 0
  let isInText = false
  let isEscaped = false

  function followText(byte: number): void {
    if (isEscaped) isEscaped = false
    else if (byte === backslash) isEscaped = true
    else if (byte === quote) isInText = false
  }

  return function edgeAt(byte) {
    if (isInText) followText(byte)
    else if (byte === quote) isInText = true
    else if (openers.has(byte)) {
      depth += 1
      if (depth === 2) return 'first'
    } else if (closers.has(byte)) {
      depth -= 1
      if (depth === 1) return 'last'
    }
    return null
  }
}
