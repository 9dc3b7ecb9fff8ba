// How values lie in columns. Every string a host sends survives unit by unit: what UTF-8 can carry is TEXT (NUL
// included), the rest (lone surrogates, which JSON may hold) is a UTF-16 BLOB. Codes are on disk: never renumber them.
import type { Kind, Pin, Role, Trust } from '../../model/memory.ts'
import type { DerivedKind } from '../derived.ts'

export type StringColumn = string | Buffer

export function toColumn(value: string): StringColumn {
  return value.isWellFormed() ? value : Buffer.from(value, 'utf16le')
}

export function fromColumn(column: StringColumn): string {
  return typeof column === 'string' ? column : column.toString('utf16le')
}

export function toColumnOrNull(value: string | null): StringColumn | null {
  return value === null ? null : toColumn(value)
}

export function fromColumnOrNull(column: StringColumn | null): string | null {
  return column === null ? null : fromColumn(column)
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** UUIDs take 16 bytes instead of 36; other ids stay as they are. */
export function toIdColumn(id: string): StringColumn {
  if (uuid.test(id)) return Buffer.from(id.replaceAll('-', ''), 'hex')
  // The odd length keeps an ill-formed id from ever looking like a UUID.
  return id.isWellFormed() ? id : Buffer.concat([Buffer.of(0), Buffer.from(id, 'utf16le')])
}

export function fromIdColumn(column: StringColumn): string {
  if (typeof column === 'string') return column
  if (column.length % 2 === 1) return column.subarray(1).toString('utf16le')
  const hex = column.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

interface Codec<T extends string> {
  readonly codes: Readonly<Record<T, number>>
  decode(code: number): T
}

function codecOf<T extends string>(codes: Readonly<Record<T, number>>): Codec<T> {
  const names = new Map((Object.entries(codes) as [T, number][]).map(([name, code]) => [code, name]))
  return {
    codes,
    decode(code) {
      const name = names.get(code)
      if (name === undefined) throw new TypeError(`unknown code ${code} in a stored row`)
      return name
    },
  }
}

export const roleCodec = codecOf<Role>({ user: 1, assistant: 2, tool: 3, note: 4 })
export const kindCodec = codecOf<Kind>({ turn: 1, fact: 2, summary: 3 })
export const trustCodec = codecOf<Trust>({ user: 1, assistant: 2, tool: 3 })
/** 3 is taken: the filter says "any pin" by it (sql.ts). */
export const pinCodec = codecOf<Pin>({ project: 1, global: 2, agent: 4 })
export const derivedKindCodec = codecOf<DerivedKind>({
  extract: 1,
  fact: 2,
  thread: 3,
  correction: 4,
  proposal: 5,
  dismissal: 6,
})
