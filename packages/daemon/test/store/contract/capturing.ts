import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/kit/limits.ts'
import type { Store } from '../../../src/store/store.ts'
import { everything, everywhere, holding, listed, only } from '../support/asking.ts'
import { fact, turn } from '../support/invented.ts'
import { lookInto } from '../support/looking.ts'

export function capturingContract(store: () => Store): void {
  describe('capturing', () => {
    it('keeps every field of a memory', async () => {
      const item = turn({
        id: '01890000-0000-7000-8000-0000000000aa',
        role: 'assistant',
        trust: 'assistant',
        speaker: 'Grace',
        pin: 'global',
        saidAt: 1_234_567_890_123,
        storedAt: 1_700_000_000_000,
      })
      expect(await store().capture([item])).toEqual([{ status: 'inserted', id: item.id }])
      expect(await only(store(), item)).toEqual({
        ...item,
        pin: 'global',
        supersededBy: null,
        supersededAt: null,
        saidAgain: [],
        reinforced: 0,
      })
    })

    it.each([
      ['a NUL byte', 'before\0after'],
      ['a lone high surrogate', 'cut \ud83d here'],
      ['a lone low surrogate', '\ude00 at the start'],
      ['a byte order mark and controls', '\ufeff\u0001\u001b[31mred\u001b[0m\r\n'],
      ['unnormalised accents', 'e\u0301 is not \u00e9'],
      ['emoji and rare planes', '👩‍👩‍👧‍👦 𝕊𝕢𝕝 \u{10ffff}'],
      ['nothing but white space', ' \t\n '],
      ['the empty text', ''],
    ])('keeps a text with %s unit by unit', async (_, text) => {
      const item = turn({
        text,
        speaker: text,
        messageId: `m${text}`,
        session: `s${text}`,
        project: `p${text}`,
      })
      await store().capture([item])
      expect(await only(store(), item)).toMatchObject({
        text,
        speaker: text,
        messageId: item.messageId,
        session: item.session,
        project: item.project,
      })
      expect(
        await listed(store(), { ...everything, session: item.session, projects: [item.project] }),
      ).toEqual([item.id])
      expect(await store().capture([turn({ ...item, id: 'another' })])).toEqual([
        { status: 'skipped', id: item.id },
      ])
    })

    it('keeps a text of 2 MB whole and finds what stands at its end', async () => {
      const filler = 'The invented log line says nothing of note. '.repeat(48_000)
      const item = turn({ text: `${filler}Finally the zeppelin landed.` })
      expect(item.text.length).toBeGreaterThan(2_000_000)
      await store().capture([item])
      expect((await only(store(), item)).text === item.text).toBe(true)
      const [seats] = await lookInto(store()).probe(everywhere, [holding('zeppelin')])
      const [occupant] = await lookInto(store()).occupants([...(seats ?? [])])
      expect(item.text.slice(occupant?.start, occupant?.end)).toContain('zeppelin')
      expect((occupant?.end ?? 0) - (occupant?.start ?? 0)).toBeLessThanOrEqual(limits.passageChars)
    })

    it('knows a message by client, session, message id and text', async () => {
      const item = turn()
      await store().capture([item])
      const again = await store().capture([
        turn({ ...item, id: 'again' }),
        turn({ ...item, id: 'other-client', client: 'codex' }),
        turn({ ...item, id: 'other-session', session: 'ses_2' }),
      ])
      expect(again).toEqual([
        { status: 'skipped', id: item.id },
        { status: 'inserted', id: 'other-client' },
        { status: 'inserted', id: 'other-session' },
      ])
    })

    it('supersedes a message by its later form, and knows both forms again', async () => {
      const first = turn({ text: 'half a sen', saidAt: 50 })
      const second = turn({ ...first, id: 'whole', text: 'half a sentence, now whole' })
      expect(await store().capture([first, second])).toEqual([
        { status: 'inserted', id: first.id },
        { status: 'revised', id: 'whole', previousId: first.id },
      ])
      expect(await only(store(), first)).toMatchObject({
        supersededBy: 'whole',
        supersededAt: 50,
        text: 'half a sen',
      })
      expect(await listed(store(), { projects: null })).toEqual(['whole'])
      expect(await store().capture([turn({ ...first, id: 'late' })])).toEqual([
        { status: 'skipped', id: first.id },
      ])
      expect((await store().session('opencode', 'ses_1'))?.turnCount).toBe(1)
    })

    it('keeps the newest form of a message current, whatever arrives last', async () => {
      const form = (id: string, saidAt: number) =>
        turn({ id, messageId: 'msg_late', text: `what form ${id} says`, saidAt })
      await store().capture([form('last', 300)])
      expect(await store().capture([form('first', 100), form('middle', 200)])).toEqual([
        { status: 'outdated', id: 'first', newestId: 'last' },
        { status: 'outdated', id: 'middle', newestId: 'last' },
      ])
      expect(await listed(store(), { projects: null })).toEqual(['last'])
      expect(await only(store(), form('first', 100))).toMatchObject({
        supersededBy: 'last',
        supersededAt: 300,
      })
      expect(await store().session(null, 'ses_1')).toMatchObject({
        title: 'what form last says',
        turnCount: 1,
        startedAt: 100,
        lastAt: 300,
      })
      expect(await store().stats()).toMatchObject({ turns: 3, superseded: 2 })
      expect(await store().capture([form('newest', 300)])).toMatchObject([{ status: 'revised' }])
      expect(await listed(store(), { projects: null })).toEqual(['newest'])
    })

    it('makes an earlier form current again when the message reads so later, and is not misled by redelivery', async () => {
      const said = (id: string, text: string, saidAt: number) =>
        turn({ id, messageId: 'msg_back', text, saidAt })
      const history = [
        said('a', 'the first wording', 100),
        said('b', 'the second wording', 200),
        said('a again', 'the first wording', 300),
      ]
      await store().capture(history.slice(0, 2))
      await store().pin('b', 'project')
      expect(await store().capture(history.slice(2))).toEqual([
        { status: 'reinstated', id: 'a', previousId: 'b' },
      ])
      const after = await store().get(['a', 'b'])
      expect(after).toMatchObject([
        { saidAt: 100, saidAgain: [300], pin: 'project', supersededBy: null, supersededAt: null },
        { supersededBy: 'a', supersededAt: 300 },
      ])
      expect(await store().stats()).toMatchObject({ memories: 2, superseded: 1, pinned: 1 })
      expect((await store().capture(history)).map(({ status }) => status)).toEqual([
        'skipped',
        'skipped',
        'skipped',
      ])
      expect(await store().get(['a', 'b'])).toEqual(after)
    })

    it('leaves a pin on the message when its wording changes', async () => {
      const message = { messageId: 'msg_pinned' }
      await store().capture([turn({ ...message, pin: 'project' })])
      await store().capture([turn({ ...message, id: 'second', text: 'other words' })])
      expect((await store().get(['second']))[0]?.pin).toBe('project')
    })

    it('notes that a fact was said again, and tells apart what differs in a digit', async () => {
      const port = fact({ text: 'Staging listens on port 8080.', saidAt: 10 })
      const outcomes = await store().capture([
        port,
        fact({ text: '  staging listens on\nport 8080', saidAt: 30 }),
        fact({ text: 'Staging listens on PORT 8080!!', saidAt: 20 }),
        fact({ text: 'Staging listens on port 8080.', saidAt: 20 }),
        fact({ id: 'other', text: 'Staging listens on port 8081.' }),
        fact({ id: 'elsewhere', text: port.text, project: 'git:example.org/ada/blog' }),
      ])
      expect(outcomes.map((outcome) => outcome.status)).toEqual([
        'inserted',
        'reinforced',
        'reinforced',
        'reinforced',
        'inserted',
        'inserted',
      ])
      expect(await only(store(), port)).toMatchObject({ saidAt: 10, saidAgain: [20, 30], text: port.text })
    })

    it('tells apart what the user says and what an agent noted in the same words', async () => {
      const noted = fact({ text: 'We deploy on Fridays', trust: 'assistant', saidAt: 10 })
      const said = fact({ text: 'We deploy on Fridays.', saidAt: 20 })
      const again = fact({ text: 'we deploy on fridays', trust: 'assistant', saidAt: 30 })
      const outcomes = await store().capture([noted, said, again])
      expect(outcomes.map(({ status }) => status)).toEqual(['inserted', 'inserted', 'reinforced'])
      expect(await only(store(), said)).toMatchObject({ trust: 'user', saidAgain: [] })
      expect(await only(store(), noted)).toMatchObject({ trust: 'assistant', saidAgain: [30] })
    })

    it('takes a fact in anew once the old one is superseded', async () => {
      const old = fact({ text: 'We deploy on Fridays' })
      await store().capture([old])
      await store().supersede(old.id, fact({ id: 'new', text: 'We deploy on Mondays' }))
      expect(await store().capture([fact({ id: 'back', text: 'We deploy on Fridays' })])).toEqual([
        { status: 'inserted', id: 'back' },
      ])
    })

    it('keeps equal turns without message ids apart by session', async () => {
      const yes = turn({ text: 'yes', messageId: null, saidAt: 5 })
      const outcomes = await store().capture([
        yes,
        turn({ id: 'elsewhere', text: 'yes', messageId: null, session: 'ses_2' }),
        turn({ text: 'Yes.', messageId: null, saidAt: 6 }),
      ])
      expect(outcomes).toEqual([
        { status: 'inserted', id: yes.id },
        { status: 'inserted', id: 'elsewhere' },
        { status: 'reinforced', id: yes.id },
      ])
    })

    it('refuses an id that is taken, and keeps nothing of that call', async () => {
      const item = turn()
      await store().capture([item])
      const call = store().capture([
        turn({ id: 'innocent', session: 'ses_new', project: 'git:example.org/new' }),
        turn({ id: item.id }),
      ])
      await expect(call).rejects.toMatchObject({ name: 'AppError', code: 'invalid_params' })
      expect(await store().get(['innocent'])).toEqual([])
      expect(await store().session(null, 'ses_new')).toBeNull()
      expect((await store().projects()).map((project) => project.key)).toEqual([item.project])
    })

    it('answers an empty call', async () => {
      expect(await store().capture([])).toEqual([])
    })
  })
}
