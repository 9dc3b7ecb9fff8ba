// The shipped model as bytes: a JSON header, the terms, their weights, their int8 rows, a checksum. Reading it is one
// pass, because it is on the way of every start.
import { crc32 } from 'node:zlib'
import { AppError } from '../../kit/errors.ts'

export interface ModelHeader {
  readonly format: 1
  /** Becomes the embedder's id together with the width. */
  readonly name: string
  readonly dimensions: number
  /** Terms with a row of their own; they come first. */
  readonly words: number
  /** Sub-word pieces; they follow. */
  readonly pieces: number
  /** Version of the analyser that made the words (text/analyser.ts). */
  readonly analyserVersion: number
  /** How much a term that is not in the table counts, beside at most 1 for one that is. */
  readonly unknownWeight: number
}

export interface Model extends ModelHeader {
  /** Words, then pieces. */
  readonly terms: readonly string[]
  /** Length of each row: how much a word counts in a text, or a piece in a word; 0 … 255 for 0 … 1. */
  readonly weights: Uint8Array
  /** int8, (words + pieces) x dimensions: directions only, each row scaled to use the whole range. */
  readonly rows: Int8Array
}

const magic = 'IAIEMB01'
const lengthBytes = 4

/**
 * magic (8 bytes) · header length (uint32 LE) · header (JSON) · terms length (uint32 LE) · terms (UTF-8, one a line) ·
 * weights · rows · CRC-32 of all before (uint32 LE).
 */
export function encodeModel(model: Model): Uint8Array {
  const { terms, weights, rows, ...header } = model
  const parts = [Buffer.from(magic), sized(JSON.stringify(header)), sized(terms.join('\n')), weights, rows]
  const body = Buffer.concat(
    parts.map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength)),
  )
  const checksum = Buffer.alloc(lengthBytes)
  checksum.writeUInt32LE(crc32(body))
  return Buffer.concat([body, checksum])
}

/** Raises `unavailable` when the bytes are not a whole model file. */
export function decodeModel(bytes: Uint8Array): Model {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = buffer.length - lengthBytes
  const isModel = end > magic.length + 2 * lengthBytes && buffer.toString('latin1', 0, magic.length) === magic
  if (!isModel || crc32(buffer.subarray(0, end)) !== buffer.readUInt32LE(end)) {
    throw new AppError('unavailable', 'the built-in embedding file is damaged; reinstall iai-mcp')
  }
  const headerEnd = magic.length + lengthBytes + buffer.readUInt32LE(magic.length)
  const header = JSON.parse(buffer.toString('utf8', magic.length + lengthBytes, headerEnd)) as ModelHeader
  const termsEnd = headerEnd + lengthBytes + buffer.readUInt32LE(headerEnd)
  const terms = buffer.toString('utf8', headerEnd + lengthBytes, termsEnd).split('\n')
  const rowCount = header.words + header.pieces
  const weightsEnd = termsEnd + rowCount
  const rowsLength = rowCount * header.dimensions
  if (weightsEnd + rowsLength !== end || terms.length !== rowCount) {
    throw new AppError('unavailable', 'the built-in embedding file does not add up; reinstall iai-mcp')
  }
  return {
    ...header,
    terms,
    weights: buffer.subarray(termsEnd, weightsEnd),
    rows: new Int8Array(buffer.buffer, buffer.byteOffset + weightsEnd, rowsLength),
  }
}

function sized(text: string): Buffer {
  const bytes = Buffer.from(text)
  const length = Buffer.alloc(lengthBytes)
  length.writeUInt32LE(bytes.length)
  return Buffer.concat([length, bytes])
}
