// What was learned by consolidation, as a session is given it: with its origin, once, and as it holds now.
import { describe, expect, test } from 'vitest'
import type { Settled } from '../../src/consolidation/digest.ts'
import type { Saying } from '../../src/consolidation/quotation.ts'
import { assembleContext } from '../../src/context/assemble.ts'
import type { SessionMaterial } from '../../src/context/material.ts'
import { sessionText } from '../../src/context/session-text.ts'
import { countTokens } from '../../src/text/tokens.ts'
import { dayMs, memory, monday, session } from '../support/memories.ts'
import {
  answered,
  asked,
  factFrom,
  lived,
  nothing,
  notice,
  saidOnce,
  standard,
  threadFrom,
} from './support/material.ts'

describe('what was learned', () => {
  const always = saidOnce('Always run the tests before committing.')
  const tabs = saidOnce('I prefer tabs over spaces.')
  const sqlite = saidOnce('Let’s go with SQLite.', { saidAt: monday + dayMs })
  const guide = saidOnce('TODO: write the migration guide.', { role: 'assistant' })

  function digested(
    digest: { asked?: Saying; settled?: readonly Settled[]; open?: readonly Saying[] },
    changes: Partial<SessionMaterial['extract']> = {},
  ): SessionMaterial {
    const { asked = null, settled = [], open = [] } = digest
    const left = open.map((each) => ({ ...each, kind: 'open' as const, session: 's', terms: [] }))
    return {
      session: session({ title: 'untold title', turnCount: 9, lastAt: monday + dayMs }),
      turns: [],
      extract: { digest: { asked, settled, open }, left, isCompared: true, ...changes },
    }
  }

  test('is shown with its origin and as what it is: who the user is apart from how the project works', () => {
    const payload = standard({
      ...nothing,
      facts: [
        factFrom(always, { state: 'confirmed', confirmedBy: 'repetition', times: 3 }),
        factFrom(tabs, { personal: true }),
        factFrom(sqlite, { kind: 'decision' }),
        factFrom(saidOnce('Never push to main.')),
      ],
      globalFacts: [
        factFrom(saidOnce('Call me Sam.'), { personal: true }),
        factFrom(saidOnce('Never mind.')),
      ],
      threads: [threadFrom(guide)],
    })
    expect(payload.l0).toBe(
      `${notice}\n- I prefer tabs over spaces. (2026-03-02, user, said once)\n- Call me Sam. (2026-03-02, user, said once)`,
    )
    expect(payload.rich_club.split('\n')).toEqual([
      '- Always run the tests before committing. (2026-03-02, user, said 3 times)',
      '- Never push to main. (2026-03-02, user, said once)',
      '- Left open: TODO: write the migration guide. (2026-03-02, assistant)',
      '- Let’s go with SQLite. (2026-03-03, user, decision)',
    ])
  })

  test('of a session is one line in its own words', () => {
    const payload = standard({
      ...nothing,
      sessions: [
        digested({
          asked: saidOnce('Which database shall we use?'),
          settled: [
            { ...sqlite, kind: 'decision' },
            { ...saidOnce('I added the schema.'), kind: 'done' },
          ],
          open: [guide],
        }),
      ],
      threads: [threadFrom(guide)],
    })
    expect(payload.l1).toBe(
      `${notice}\n- 2026-03-02, opencode: asked “Which database shall we use?”; decided “Let’s go with SQLite.”; done “I added the schema.”; left open “TODO: write the migration guide.”`,
    )
    expect(payload.rich_club).toBe('')
  })

  test('a session that opens with a decision tells it once', () => {
    const settled = [{ ...sqlite, kind: 'decision' as const }]
    expect(standard({ ...nothing, sessions: [digested({ asked: sqlite, settled })] }).l1).toBe(
      `${notice}\n- 2026-03-02, opencode: decided “Let’s go with SQLite.”`,
    )
  })

  test('stands in one place only', () => {
    const turn = memory({ id: always.memoryId, text: always.text })
    const given = {
      ...nothing,
      facts: [factFrom(always), factFrom(sqlite, { kind: 'decision' })],
      sessions: [{ ...digested({ settled: [{ ...sqlite, kind: 'decision' }] }), turns: [turn] }],
    }
    const text = sessionText(standard(given))
    expect(text.split(always.text)).toHaveLength(2)
    expect(text.split(sqlite.text)).toHaveLength(2)
    const pinned = {
      ...given,
      projectPins: [{ ...turn, text: `${always.text} And be kind.`, pin: 'project' as const }],
    }
    expect(sessionText(standard(pinned)).split(always.text)).toHaveLength(2)
  })

  test('but was replaced or finished since is not shown as it was', () => {
    const npm = saidOnce('We use npm.', { memoryId: 'turn-npm' })
    const pnpm = saidOnce('We switched from npm to pnpm.')
    const correction = {
      older: npm,
      newer: pnpm,
      attribute: 'choice',
      subject: '',
      oldValue: 'npm',
      newValue: 'pnpm',
      explicit: true,
    } as const
    const old = {
      ...digested({ asked: saidOnce('Hello there'), settled: [{ ...npm, kind: 'decision' }], open: [guide] }),
      turns: [memory({ id: 'turn-npm', text: 'Please note: We use npm. And yarn is out.' })],
    }
    const before = sessionText(standard({ ...nothing, sessions: [old], threads: [threadFrom(guide)] }))
    expect(before).toMatch(/decided “We use npm\.”.*left open “TODO/)
    expect(before).toContain('And yarn is out.')
    const after = sessionText(standard({ ...nothing, sessions: [old], corrections: [correction] }))
    expect(after).not.toMatch(/We use npm|TODO/)
    // Nothing was said yet about what this session left open: it may still be.
    const uncompared = digested({ open: [guide] }, { isCompared: false })
    expect(standard({ ...nothing, sessions: [uncompared] }).l1).toContain('left open “TODO')
  })

  test('is explained line by line', () => {
    const material = { ...lived, facts: [factFrom(always, { state: 'confirmed', confirmedBy: 'use' })] }
    const { payload, lines } = assembleContext(material, { depth: 'standard' })
    const text = sessionText(payload)
    expect(lines.map(({ layer, memories, reason }) => [layer, memories, reason])).toEqual([
      ['l0', [], 'you wrote it about yourself (profile_set identity)'],
      [
        'l1',
        [asked.id, answered.id],
        'one of the latest sessions here: its first request and its last words',
      ],
      ['rich_club', [lived.projectPins[0]?.id], 'pinned for this project'],
      ['rich_club', [lived.notes[0]?.id], 'noted as a fact'],
      ['rich_club', [always.memoryId], 'a standing instruction, confirmed by being relied on'],
      ['l2', [asked.id, answered.id], 'the last exchange of a recent session here'],
    ])
    for (const { line, tokens } of lines) {
      expect(text).toContain(line)
      expect(tokens).toBe(countTokens(line))
    }
  })
})
