// Looking into JSON of unknown shape: each helper answers undefined or null where the shape is another.

export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function objectIn(value: unknown): JsonObject | undefined {
  return isObject(value) ? value : undefined
}

export function stringIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** Milliseconds since the epoch from an ISO 8601 text or a number of milliseconds. */
export function timeIn(value: unknown): number | undefined {
  const ms =
    typeof value === 'string' ? Date.parse(value) : typeof value === 'number' ? Math.floor(value) : Number.NaN
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined
}

/** The texts of those blocks in a list that are of type `type` (compared without case). */
export function textBlocks(value: unknown, type: string): readonly string[] {
  return listIn(value)
    .filter(isObject)
    .filter((block) => typeof block.type === 'string' && block.type.toLowerCase() === type)
    .flatMap((block) => stringIn(block.text) ?? [])
}
