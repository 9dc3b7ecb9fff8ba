// How every adapter takes a batch: no more texts than it says, in small portions, giving up between them.
import { AppError } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'

/**
 * Rows of all texts, `embedPortion` being asked for a few at a time, so that a question asked meanwhile waits for one
 * portion and not for a whole import. Only the beginning of a very long text is handed on. Raises `too_large`, and
 * the signal's reason.
 */
export async function embedInPortions(
  texts: readonly string[],
  signal: AbortSignal | undefined,
  embedPortion: (texts: readonly string[]) => Promise<readonly Float32Array[]>,
): Promise<Float32Array[]> {
  const most = limits.embedBatchTextsMax
  if (texts.length > most) {
    throw new AppError('too_large', `${texts.length} texts in one call; embed at most ${most} at a time`)
  }
  const rows: Float32Array[] = []
  for (let at = 0; at < texts.length; at += limits.embedPortionTexts) {
    signal?.throwIfAborted()
    const portion = texts.slice(at, at + limits.embedPortionTexts)
    rows.push(...(await embedPortion(portion.map((text) => text.slice(0, limits.embedTextCharsMax)))))
  }
  signal?.throwIfAborted()
  return rows
}
