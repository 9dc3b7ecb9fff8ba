import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/kit/limits.ts'
import { everySeat } from '../../../src/store/seats.ts'
import type { Store } from '../../../src/store/store.ts'
import { everywhere } from '../support/asking.ts'
import { embedWaiting, inventedVector } from '../support/embedding.ts'
import { fact, turn } from '../support/invented.ts'
import { lookInto } from '../support/looking.ts'

export function vectorsContract(store: () => Store): void {
  const waitingTexts = async (passagesMax = 100) =>
    (await store().textsToEmbed(passagesMax)).map(({ passages }) => passages.map(({ text }) => text))
  const seatsWithVectors = async () => [...(await lookInto(store()).vectorRows([everySeat])).seats]

  describe('vectors', () => {
    it('hands out what was captured until it is embedded, in order of arrival', async () => {
      await store().useEmbedder('one')
      await store().capture([
        turn({ id: 'a', text: 'walrus', project: 'git:far' }),
        fact({ id: 'b', text: 'wax' }),
      ])
      await store().capture([turn({ id: 'c', text: 'ship' })])
      expect(await waitingTexts()).toEqual([['walrus'], ['wax'], ['ship']])
      expect(await waitingTexts(2)).toEqual([['walrus'], ['wax']])
      expect(await waitingTexts(0)).toEqual([])
      const [first] = await store().textsToEmbed(1)
      expect(first).toMatchObject({ memory: 'a', project: 'git:far' })
      expect(await store().vectorProgress()).toEqual({ embedder: 'one', waiting: 3 })
      expect(await embedWaiting(store(), 'one')).toHaveLength(3)
      expect(await waitingTexts()).toEqual([])
      expect(await store().vectorProgress()).toEqual({ embedder: 'one', waiting: 0 })
      await store().capture([turn({ text: 'king' })])
      expect(await waitingTexts()).toEqual([['king']])
    })

    it('keeps rows and codes as they are, by seat', async () => {
      await store().useEmbedder('one')
      await store().capture([turn({ text: 'walrus' }), turn({ text: 'wax' })])
      const seats = (await embedWaiting(store(), 'one')) as readonly number[]
      const rows = await lookInto(store()).vectorRows(seats.map((seat) => ({ from: seat, to: seat })))
      expect([...rows.seats]).toEqual(seats)
      const [walrus, wax] = ['walrus', 'wax'].map(inventedVector)
      expect([...rows.rows]).toEqual([...(walrus?.row ?? []), ...(wax?.row ?? [])])
      const codes = await store().vectorCodes(-1, 10)
      expect(codes?.project).toBe('git:example.org/ada/shop')
      expect([...(codes?.seats ?? [])]).toEqual(seats)
      expect([...(codes?.codes ?? [])]).toEqual([...(walrus?.code ?? []), ...(wax?.code ?? [])])
      expect((await lookInto(store()).vectorRows([])).rows).toHaveLength(0)
    })

    it('keeps a row of any bytes, also where they would be no text', async () => {
      await store().useEmbedder('one')
      await store().capture([turn({ text: 'walrus' }), turn({ text: 'wax' })])
      const row = Int8Array.from({ length: 256 }, (_, index) => index - 128)
      const embedded = await store().textsToEmbed(10)
      const vectors = embedded.map(({ memory, passages }) => ({
        memory,
        vectors: passages.map(({ seat }) => ({ seat, code: new Uint8Array(32), row })),
      }))
      await store().putVectors('one', vectors)
      const { rows } = await lookInto(store()).vectorRows([everySeat])
      expect([...rows]).toEqual([...row, ...row])
    })

    it('pages through codes, project by project', async () => {
      await store().useEmbedder('one')
      await store().capture([
        turn({ text: 'walrus', project: 'git:a', session: 'a' }),
        turn({ text: 'wax', project: 'git:b', session: 'b' }),
        turn({ text: 'ship', project: 'git:a', session: 'a' }),
      ])
      await embedWaiting(store(), 'one')
      const pages: [string, number][] = []
      let after = -1
      for (let page = await store().vectorCodes(after, 1); page !== null; ) {
        pages.push([page.project, page.seats.length])
        after = page.seats.at(-1) as number
        page = await store().vectorCodes(after, 1)
      }
      expect(pages).toEqual([
        ['git:a', 1],
        ['git:a', 1],
        ['git:b', 1],
      ])
      expect((await store().vectorCodes(-1, 10))?.seats).toHaveLength(2)
    })

    it('has vectors of the first passages of a very long text only', async () => {
      await store().useEmbedder('one')
      const sentences = limits.vectorPassagesPerMemoryMax * limits.passageChars
      await store().capture([turn({ text: 'A walrus came. '.repeat(sentences / 10) }), turn({ text: 'wax' })])
      const [long, ...others] = await waitingTexts(1)
      expect(long).toHaveLength(limits.vectorPassagesPerMemoryMax)
      expect(others).toEqual([])
      await embedWaiting(store(), 'one')
      expect(await seatsWithVectors()).toHaveLength(limits.vectorPassagesPerMemoryMax + 1)
    })

    it('keeps no vector for a passage that says nothing, and does not ask for it again', async () => {
      await store().useEmbedder('one')
      await store().capture([turn({ id: 'empty', text: '?!' })])
      expect(await store().putVectors('one', [{ memory: 'empty', vectors: [] }])).toEqual([])
      expect(await waitingTexts()).toEqual([])
      expect(await seatsWithVectors()).toEqual([])
    })

    it('lets another embedder begin anew, and takes nothing more from the one before', async () => {
      await store().useEmbedder('one')
      await store().capture([turn({ id: 'a', text: 'walrus' }), turn({ id: 'b', text: 'wax' })])
      await embedWaiting(store(), 'one')
      await store().useEmbedder('one')
      expect(await waitingTexts()).toEqual([])
      const [, late] = await vectorsOfAll(store())
      await store().useEmbedder('two')
      expect(await waitingTexts()).toEqual([['walrus'], ['wax']])
      expect(await seatsWithVectors()).toEqual([])
      expect(await store().vectorCodes(-1, 10)).toBeNull()
      expect(await store().putVectors('one', late === undefined ? [] : [late])).toBeNull()
      expect(await embedWaiting(store(), 'two', 1)).toHaveLength(1)
      expect(await waitingTexts()).toEqual([['wax']])
      expect(await seatsWithVectors()).toHaveLength(1)
    })

    it('keeps what was measured of the embedder in use, and nothing of any other', async () => {
      await store().useEmbedder('one')
      expect(await store().measured('one')).toBeNull()
      await store().keepMeasured('one', 'first')
      await store().keepMeasured('one', 'second')
      await store().keepMeasured('two', 'of nobody')
      await store().useEmbedder('one')
      expect(await store().measured('one')).toBe('second')
      expect(await store().measured('two')).toBeNull()
      await store().useEmbedder('two')
      expect(await store().measured('one')).toBeNull()
      expect(await store().measured('two')).toBeNull()
      await store().useEmbedder('one')
      expect(await store().measured('one')).toBeNull()
    })

    it('forgets the vectors of a memory with it, and names its seats to who watches', async () => {
      await store().useEmbedder('one')
      await store().capture([turn({ id: 'a', text: 'walrus' }), turn({ id: 'b', text: 'wax' })])
      const seats = (await embedWaiting(store(), 'one')) as readonly number[]
      const told: (readonly number[])[] = []
      store().watch({ grown: () => {}, vacated: (vacated) => void told.push(vacated), rekeyed: () => {} })
      expect(await store().forget(['a', 'unknown'], 9)).toEqual(['a'])
      expect(told).toEqual([[seats[0]]])
      expect(await seatsWithVectors()).toEqual([seats[1]])
      expect([...((await store().vectorCodes(-1, 10))?.seats ?? [])]).toEqual([seats[1]])
      await store().forget(['unknown'], 9)
      expect(told).toHaveLength(1)
    })

    it('gives no vector to who took the seat of what was forgotten', async () => {
      await store().useEmbedder('one')
      await store().capture([turn({ id: 'a', text: 'walrus' })])
      const late = await store().textsToEmbed(10)
      await store().forget(['a'], 9)
      await store().capture([turn({ id: 'b', text: 'wax' })])
      const seat = late[0]?.passages[0]?.seat as number
      expect((await lookInto(store()).occupants([seat])).map(({ memory }) => memory.id)).toEqual(['b'])
      expect(
        await store().putVectors('one', [{ memory: 'a', vectors: [{ seat, ...inventedVector('walrus') }] }]),
      ).toEqual([])
      expect(await seatsWithVectors()).toEqual([])
      expect(await waitingTexts()).toEqual([['wax']])
    })

    it('still hands out what came after the last memory was forgotten', async () => {
      await store().useEmbedder('one')
      await store().capture([turn({ id: 'a', text: 'walrus' }), turn({ id: 'b', text: 'wax' })])
      await embedWaiting(store(), 'one')
      await store().forget(['b'], 9)
      await store().capture([turn({ text: 'ship' })])
      expect(await waitingTexts()).toEqual([['ship']])
    })

    it('tells who watches that it has grown', async () => {
      let grown = 0
      store().watch({ grown: () => void grown++, vacated: () => {}, rekeyed: () => {} })
      await store().capture([turn({ id: 'a', text: 'walrus' })])
      await store().supersede('a', fact({ text: 'wax' }))
      await store().pin('a', 'project')
      expect(grown).toBe(2)
    })

    it('says which of some seats are in scope', async () => {
      await store().capture([
        turn({ id: 'mine', text: 'walrus' }),
        turn({ id: 'answer', text: 'walrus', role: 'assistant' }),
        turn({ id: 'far', text: 'walrus', project: 'git:far', session: 'far' }),
      ])
      const [all] = await lookInto(store()).probe(everywhere, [
        { find: 'time', within: [{ from: 0, to: 1e9 }], limit: 10 },
      ])
      const asked = [...(all ?? []), 4_711]
      const within = async (scope: object) => {
        const [seats] = await lookInto(store()).probe({ ...everywhere, ...scope }, [
          { find: 'seats', seats: asked, limit: 10 },
        ])
        return (await lookInto(store()).occupants([...(seats ?? [])])).map(({ memory }) => memory.id)
      }
      expect(await within({})).toEqual(['mine', 'answer', 'far'])
      expect(await within({ roles: ['assistant'] })).toEqual(['answer'])
      expect(await within({ projects: ['git:far'] })).toEqual(['far'])
      expect(await within({ until: 0 })).toEqual([])
    })
  })
}

async function vectorsOfAll(store: Store) {
  const page = await store.vectorCodes(-1, 100)
  const occupants = await lookInto(store).occupants([...(page?.seats ?? [])])
  return occupants.map(({ seat, memory }) => ({
    memory: memory.id,
    vectors: [{ seat, ...inventedVector(memory.text) }],
  }))
}
