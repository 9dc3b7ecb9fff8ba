// Hand-written clients end lines with LF alone. Node's parser takes them only in a mode that also takes smuggled
// requests, so the first head of a connection is looked at before it: a head whose request line ends in a bare LF is
// rewritten line by line to CRLF and the connection serves that one request. Everything else, and everything after
// that head, goes to the strict parser untouched, so there is never a second opinion on where a message ends.

export type FirstHead =
  /** not enough bytes to tell */
  | { readonly kind: 'unfinished' }
  | { readonly kind: 'too_large' }
  /** for the parser, as it is */
  | { readonly kind: 'strict' }
  /** for the parser, instead of what came */
  | { readonly kind: 'rewritten'; readonly bytes: Buffer }

const lf = 0x0a
const cr = 0x0d

/** Judges the bytes a connection has sent so far. Pure. */
export function judgeFirstHead(bytes: Buffer, headBytesMax: number): FirstHead {
  const start = bytes.findIndex((byte) => byte !== lf && byte !== cr)
  const unfinished: FirstHead = { kind: bytes.length > headBytesMax ? 'too_large' : 'unfinished' }
  if (start === -1) return unfinished
  // No request starts like this (TLS does): let the parser refuse it now rather than wait for a line.
  if (!isLetter(bytes[start] ?? 0)) return { kind: 'strict' }
  const lineEnd = bytes.indexOf(lf, start)
  if (lineEnd === -1) return unfinished
  if (bytes[lineEnd - 1] === cr) return { kind: 'strict' }
  const end = endOfHead(bytes, lineEnd)
  if (end === -1) return unfinished
  if (end - start > headBytesMax) return { kind: 'too_large' }
  const head = bytes.toString('latin1', start, end).replace(/\r?\n/g, '\r\n')
  return { kind: 'rewritten', bytes: Buffer.concat([Buffer.from(head, 'latin1'), bytes.subarray(end)]) }
}

/** Index just after the blank line that follows `lineEnd`, or -1. */
function endOfHead(bytes: Buffer, lineEnd: number): number {
  for (let at = lineEnd; at !== -1; at = bytes.indexOf(lf, at + 1)) {
    if (bytes[at + 1] === lf) return at + 2
    if (bytes[at + 1] === cr && bytes[at + 2] === lf) return at + 3
  }
  return -1
}

function isLetter(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)
}
