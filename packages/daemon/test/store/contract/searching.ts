import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/kit/limits.ts'
import type { Probe, SearchScope } from '../../../src/store/search.ts'
import { chapterOf, chapterSeats, everySeat } from '../../../src/store/seats.ts'
import type { Store } from '../../../src/store/store.ts'
import { analyseText } from '../../../src/text/analyser.ts'
import { encodePassageTerms, passageTermsOf } from '../../../src/text/passage-terms.ts'
import { surfaceOf } from '../../../src/text/surface.ts'
import { everywhere, found, holding, named, termsOf } from '../support/asking.ts'
import { fact, turn } from '../support/invented.ts'
import { lookInto } from '../support/looking.ts'

export function searchingContract(store: () => Store): void {
  describe('searching', () => {
    it('names passages that hold all of some terms, one of some others, a phrase', async () => {
      await store().capture([
        turn({ id: 'both', text: 'the walrus and the carpenter walked' }),
        turn({ id: 'one', text: 'a walrus alone' }),
        turn({ id: 'apart', text: 'the carpenter met a walrus' }),
      ])
      const terms = (all: string[], any: string[]): Probe => ({
        find: 'terms',
        all: termsOf(...all),
        any: termsOf(...any),
        limit: 10,
      })
      const phrase = (...words: string[]): Probe => ({
        find: 'phrase',
        words: termsOf(...words),
        limit: 10,
      })
      expect(await named(store(), terms(['walrus', 'carpenter'], []))).toEqual(['both', 'apart'])
      expect(await named(store(), terms(['walrus'], ['alone', 'met']))).toEqual(['one', 'apart'])
      expect(await named(store(), terms([], ['alone', 'walked']))).toEqual(['both', 'one'])
      expect(await named(store(), phrase('walrus', 'and', 'the', 'carpenter'))).toEqual(['both'])
      expect(await named(store(), terms([], []))).toEqual([])
      expect(await named(store(), phrase())).toEqual([])
    })

    it('names passages said within a time', async () => {
      await store().capture([10, 20, 30].map((saidAt) => turn({ id: `at-${saidAt}`, saidAt })))
      const within = (limit: number): Probe => ({
        find: 'time',
        within: [
          { from: 5, to: 10 },
          { from: 20, to: 29 },
        ],
        limit,
      })
      expect(await named(store(), within(10))).toEqual(['at-10', 'at-20'])
      expect(await named(store(), { find: 'time', within: [{ from: 0, to: 99 }], limit: 2 })).toEqual([
        'at-20',
        'at-30',
      ])
    })

    it('keeps to the limit, the latest captured first', async () => {
      await store().capture(['a', 'b', 'c'].map((id) => turn({ id, text: 'walrus' })))
      expect(await named(store(), { ...holding('walrus'), limit: 2 })).toEqual(['b', 'c'])
      expect(await named(store(), { ...holding('walrus'), limit: 0 })).toEqual([])
    })

    it('searches within the scope only', async () => {
      await store().capture([
        turn({ id: 'here', text: 'walrus', saidAt: 100 }),
        turn({ id: 'there', text: 'walrus', project: 'git:other', session: 'ses_2', client: 'codex' }),
        turn({ id: 'answer', text: 'walrus', role: 'assistant', session: 'ses_3', saidAt: 200 }),
        fact({ id: 'fact', text: 'walrus', pin: 'global', saidAt: 300 }),
      ])
      const inScope = (scope: Partial<SearchScope>) => found(store(), 'walrus', { ...everywhere, ...scope })
      const whenever = (scope: Partial<SearchScope>) => {
        const within = [{ from: 0, to: 1_000_000 }]
        return named(store(), { find: 'time', within, limit: 10 }, { ...everywhere, ...scope })
      }
      for (const ask of [inScope, whenever]) {
        expect(await ask({ projects: ['git:other'] })).toEqual(['there'])
        expect(await ask({ projects: ['git:unknown'] })).toEqual([])
        expect(await ask({ session: 'ses_1' })).toEqual(['here'])
        expect(await ask({ session: 'ses_1', projects: ['git:other'] })).toEqual([])
        expect(await ask({ session: '-' })).toEqual(['fact'])
        expect(await ask({ client: 'codex' })).toEqual(['there'])
        expect(await ask({ roles: ['assistant', 'tool'] })).toEqual(['answer'])
        expect(await ask({ kinds: ['fact'] })).toEqual(['fact'])
        expect(await ask({ pin: 'any' })).toEqual(['fact'])
        expect(await ask({ pin: 'project' })).toEqual([])
        expect(await ask({ since: 200, until: 300 })).toEqual(['answer'])
      }
    })

    it('finds what is superseded too', async () => {
      await store().capture([fact({ id: 'old', text: 'walrus' })])
      await store().supersede('old', fact({ id: 'new', text: 'no longer' }))
      expect(await found(store(), 'walrus')).toEqual(['old'])
    })

    it('seats what is said in a session side by side, and what belongs to none apart', async () => {
      const say = (id: string, changes = {}) => turn({ id, text: `walrus ${id}`, ...changes })
      await store().capture([say('a1'), say('b1', { session: 'ses_b' }), say('note', { session: '-' })])
      await store().capture([say('b2', { session: 'ses_b' }), say('a2'), say('note 2', { session: '-' })])
      await store().capture([say('elsewhere', { project: 'git:other' })])
      const { passages } = await lookInto(store()).evidence([everySeat])
      const seatOf = new Map(
        (await lookInto(store()).occupants(passages.map(({ seat }) => seat))).map(({ seat, memory }) => [
          memory.id,
          seat,
        ]),
      )
      const apart = (from: string, to: string) => (seatOf.get(to) ?? 0) - (seatOf.get(from) ?? 0)
      expect(apart('a1', 'a2')).toBe(1)
      expect(apart('b1', 'b2')).toBe(1)
      const chapters = ['a1', 'b1', 'note', 'note 2', 'elsewhere'].map((id) => chapterOf(seatOf.get(id) ?? 0))
      expect(new Set(chapters).size).toBe(5)
    })

    it('goes on in another chapter when one is full', async () => {
      const many = Array.from({ length: chapterSeats + 2 }, (_, index) => turn({ text: `walrus ${index}` }))
      await store().capture(many.slice(0, 100))
      await store().capture(many.slice(100))
      const { passages, chapters } = await lookInto(store()).evidence([everySeat])
      expect(passages).toHaveLength(chapterSeats + 2)
      expect(chapters.map(({ words }) => words)).toEqual([2 * chapterSeats, 4])
      expect(chapters.map(({ opensSession }) => opensSession)).toEqual([true, false])
      expect((await lookInto(store()).termStats(null, [])).chapters).toBe(2)
    })

    it('says what passages and chapters are made of', async () => {
      const text = 'Where does the walrus live?'
      await store().capture([
        turn({ id: 'q', text, speaker: 'Grace', saidAt: 77 }),
        turn({ text: 'At sea.' }),
      ])
      const [first] = (await lookInto(store()).probe(everywhere, [holding('walrus')]))[0] ?? []
      const seat = first ?? Number.NaN
      const { passages, chapters } = await lookInto(store()).evidence([{ from: seat, to: seat }])
      expect(passages).toEqual([
        {
          seat,
          role: 'user',
          speaker: 'Grace',
          saidAt: 77,
          surface: surfaceOf(text),
          terms: encodePassageTerms(passageTermsOf(analyseText(`Grace ${text}`))),
        },
      ])
      expect(chapters).toEqual([{ chapter: chapterOf(seat), words: 8, session: 'ses_1', opensSession: true }])
      expect(await lookInto(store()).evidence([])).toEqual({ passages: [], chapters: [] })
    })

    it('finds a speaker by name', async () => {
      await store().capture([turn({ id: 'g', text: 'my cat', speaker: 'Grace' }), turn({ text: 'my dog' })])
      expect(await found(store(), 'grace')).toEqual(['g'])
    })

    it('seats a long text in several places, and every one is its own', async () => {
      const text = `${'The invented log line says nothing of note. '.repeat(1_000)}Finally the zeppelin landed.`
      await store().capture([turn({ id: 'long', text }), turn({ id: 'next' })])
      const [seats] = await lookInto(store()).probe(everywhere, [holding('log'), holding('zeppelin')])
      expect(seats?.length).toBeGreaterThan(2)
      const occupants = await lookInto(store()).occupants([...(seats ?? [])])
      expect(new Set(occupants.map(({ memory }) => memory.id))).toEqual(new Set(['long']))
      expect(occupants.at(-1)?.end).toBe(text.length)
      for (const { start, end } of occupants) expect(end - start).toBeLessThanOrEqual(limits.passageChars)
    })

    it('leaves out seats that nobody is in', async () => {
      await store().capture([turn({ id: 'gone', text: 'walrus' }), turn({ text: 'carpenter' })])
      const [seats] = await lookInto(store()).probe(everywhere, [holding('walrus')])
      await store().forget(['gone'], 9)
      expect(await lookInto(store()).occupants([...(seats ?? []), 123_456_789])).toEqual([])
      expect(await lookInto(store()).termStats(null, ['walrus'])).toMatchObject({
        passages: 1,
        words: 1,
        chapters: 1,
      })
    })

    it.each(['"', "don't", 'a"b OR c*', 'NEAR(x y)', 'x:y', '-x', '^x', '{x}', '\0', '😀', '\ud800', 'ÄÖ'])(
      'takes %j for a word, not for syntax',
      async (term) => {
        await store().capture([turn({ text: 'plain words' })])
        const phrase: Probe = { find: 'phrase', words: [term], limit: 5 }
        const any: Probe = { find: 'terms', all: [], any: [term, term], limit: 5 }
        const none = new Float64Array()
        expect(await lookInto(store()).probe(everywhere, [holding(term, term), phrase, any])).toEqual([
          none,
          none,
          none,
        ])
        expect((await lookInto(store()).termStats(null, [term])).holding).toEqual([0])
      },
    )

    it('counts passages, words and chapters in some projects, or in all', async () => {
      expect(await lookInto(store()).termStats(null, ['x'])).toEqual({
        passages: 0,
        words: 0,
        chapters: 0,
        holding: [0],
      })
      await store().capture([
        turn({ text: 'walrus walrus' }),
        turn({ text: 'walrus carpenter ship wax' }),
        turn({ text: 'walrus', project: 'git:other' }),
      ])
      expect(await lookInto(store()).termStats(null, ['walrus', 'ship'])).toEqual({
        passages: 3,
        words: 7,
        chapters: 2,
        holding: [3, 1],
      })
      expect(
        await lookInto(store()).termStats(['git:other', 'git:other', 'git:unknown'], ['walrus', 'ship']),
      ).toEqual({
        passages: 1,
        words: 1,
        chapters: 1,
        holding: [1, 0],
      })
      expect(await lookInto(store()).termStats([], ['walrus'])).toMatchObject({ passages: 0, holding: [0] })
    })
  })
}
