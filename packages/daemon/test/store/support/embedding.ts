// Vectors for the store's tests: bytes that only depend on the text, as an embedder's would.
import type { Store } from '../../../src/store/store.ts'

export function inventedVector(text: string): { row: Int8Array; code: Uint8Array } {
  const row = new Int8Array(8)
  const code = new Uint8Array(4)
  for (const [index, unit] of [...text].entries()) {
    row[index % 8] = (row[index % 8] as number) + unit.charCodeAt(0)
    code[index % 4] = (code[index % 4] as number) ^ unit.charCodeAt(0)
  }
  return { row, code }
}

/** Embeds memories that wait, about `passagesMax` passages of them; the seats that were given a vector. */
export async function embedWaiting(
  store: Store,
  embedder: string,
  passagesMax = 1_000,
): Promise<readonly number[] | null> {
  const texts = await store.textsToEmbed(passagesMax)
  return store.putVectors(
    embedder,
    texts.map(({ memory, passages }) => ({
      memory,
      vectors: passages.map(({ seat, text }) => ({ seat, ...inventedVector(text) })),
    })),
  )
}
