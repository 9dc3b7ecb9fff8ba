// What every embedder must do, run over each adapter.
import { afterEach, describe, expect, test } from 'vitest'
import type { Embedder } from '../../src/embedding/embedder.ts'
import { lengthOf } from './vectors.ts'

export interface EmbedderFixture {
  readonly embedder: Embedder
  /** Stops what the fixture started beside the embedder. */
  stop?(): Promise<void>
}

const texts = [
  'The deploy failed because the disk was full.',
  'getUserName returned null',
  'x',
  'Ein Satz auf Deutsch, 一句中文, и по-русски',
  `long ${'text about caching and queues '.repeat(2_000)}`,
  'broken \ud800 surrogate, NUL \0, emoji 🚀',
]

export function embedderContract(name: string, open: () => Promise<EmbedderFixture>): void {
  describe(`embedder contract: ${name}`, () => {
    const opened: EmbedderFixture[] = []
    const start = async (): Promise<Embedder> => {
      const fixture = await open()
      opened.push(fixture)
      return fixture.embedder
    }

    afterEach(async () => {
      for (const { embedder, stop } of opened.splice(0)) {
        await embedder.close()
        await stop?.()
      }
    })

    test('names itself and its width', async () => {
      const embedder = await start()
      expect(embedder.id).toMatch(/\S/)
      expect(embedder.dimensions).toBeGreaterThan(0)
      expect(embedder.batchTextsMax).toBeGreaterThanOrEqual(texts.length)
    })

    test('gives one row per text, in order, of its width and of length 1 or zero', async () => {
      const embedder = await start()
      const rows = await embedder.embed(texts)
      expect(rows).toHaveLength(texts.length)
      for (const row of rows) {
        expect(row).toHaveLength(embedder.dimensions)
        if (row.some((value) => value !== 0)) expect(lengthOf(row)).toBeCloseTo(1, 4)
      }
      expect(lengthOf(rows[0] as Float32Array)).toBeCloseTo(1, 4)
    })

    test('a row depends on its text alone', async () => {
      const embedder = await start()
      const together = await embedder.embed(texts)
      const reversed = (await embedder.embed([...texts].reverse())).reverse()
      const [alone] = await embedder.embed([texts[1] as string])
      expect(reversed).toEqual(together)
      expect(alone).toEqual(together[1])
    })

    test('rows are the caller’s own', async () => {
      const embedder = await start()
      const [first] = await embedder.embed([texts[0] as string])
      const before = Float32Array.from(first as Float32Array)
      first?.fill(7)
      const [again] = await embedder.embed([texts[0] as string])
      expect(again).toEqual(before)
    })

    test('no texts, no rows', async () => {
      const embedder = await start()
      expect(await embedder.embed([])).toEqual([])
    })

    test('an empty text gives a row of the right width', async () => {
      const embedder = await start()
      const [row] = await embedder.embed([''])
      expect(row).toHaveLength(embedder.dimensions)
    })

    test('refuses more texts than it says it takes', async () => {
      const embedder = await start()
      const tooMany = Array.from({ length: embedder.batchTextsMax + 1 }, () => 'text')
      await expect(embedder.embed(tooMany)).rejects.toMatchObject({ code: 'too_large' })
    })

    test('gives up when told to, and works on afterwards', async () => {
      const embedder = await start()
      const reason = new Error('no longer wanted')
      await expect(embedder.embed(texts, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
      const stop = new AbortController()
      const under = embedder.embed(texts, { signal: stop.signal })
      stop.abort(reason)
      await expect(under).rejects.toBe(reason)
      expect(await embedder.embed(['still here'])).toHaveLength(1)
    })

    test('refuses work once closed, and closes twice', async () => {
      const embedder = await start()
      await embedder.close()
      await embedder.close()
      await expect(embedder.embed(['text'])).rejects.toMatchObject({ code: 'unavailable' })
    })
  })
}
