// Recall as a caller meets it: what was captured, asked for through the operation, over both stores.
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isAppError } from '../../src/kit/errors.ts'
import { limits } from '../../src/kit/limits.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import { countTokens } from '../../src/text/tokens.ts'
import { type Fixture, fixture, shop } from '../operations/support.ts'
import { openInProcess } from '../store/support/in-process-store.ts'
import { testKey } from '../store/support/sqlite-fixture.ts'
import { dayMs, monday } from '../support/memories.ts'

interface Hit {
  readonly record_id: string
  readonly score: number
  readonly reason: string
  readonly literal_surface: string
  readonly valid_to: string | null
  readonly components?: Readonly<Record<string, number>>
}

describe.each(['plain', 'SQLite'])('recall over the %s store', (kind) => {
  let daemon: Fixture
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'iai-recall-'))
    const file = { file: join(folder, 'memory.db'), key: testKey }
    daemon = fixture(kind === 'plain' ? createMemoryStore() : openInProcess(file).store)
  })
  afterEach(async () => {
    await daemon.store.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const say = async (session: string, ...turns: (string | { text: string; [field: string]: unknown })[]) => {
    const batch = turns.map((turn) => ({
      role: 'user',
      said_at: monday,
      ...(typeof turn === 'string' ? { text: turn } : turn),
    }))
    return daemon.call('memory_capture_batch', {
      client: 'opencode',
      session_id: session,
      cwd: shop,
      turns: batch,
    })
  }
  const ask = (cue: string, params: object = {}) =>
    daemon.call('memory_recall', { cue, cwd: shop, ...params })
  const texts = async (cue: string, params: object = {}): Promise<string[]> =>
    (await ask(cue, params)).hits.map((hit: Hit) => hit.literal_surface)

  test('finds a turn by what it says, by what it answers, by what its session is about', async () => {
    await say(
      's1',
      'Let us plan the otter exhibition for the aquarium.',
      { text: 'Which pool do the otters get?', role: 'assistant' },
      'The round one.',
    )
    await say('s2', 'The printer is out of paper.')
    const [first = '', ...others] = await texts('which pool for the otters')
    expect(first).toContain('Which pool do the otters get?')
    const all = [first, ...others].join('\n')
    expect(all).toContain('The round one.')
    expect(all).toContain('otter exhibition')
    expect(all).not.toContain('printer')
  })

  test('a verb that is meant with its particle finds both as one word and side by side, before the verb alone', async () => {
    await say('s1', 'Editors log what they change.')
    await say('s2', 'Editors are logged in through the workspace of the company.')
    await say('s3', 'The log that editors keep says who published which article.')
    await say('s4', 'A login for editors is asked of the company that runs the workspace.')
    await say('s5', 'The printer is out of paper.')
    const [first, second] = await texts('How do editors log in?')
    expect([first, second].sort()).toEqual([
      'A login for editors is asked of the company that runs the workspace.',
      'Editors are logged in through the workspace of the company.',
    ])
    expect((await texts('What do editors log?'))[0]).toBe('Editors log what they change.')
  })

  test('a quoted cue is taken word for word', async () => {
    await say('s1', 'The error was: no route to host.')
    await say('s2', 'Is there a route to the host, or no host at all?')
    const answer = await ask('"no route to host"')
    expect(answer.cue_mode).toBe('verbatim')
    expect(answer.hits[0]).toMatchObject({ literal_surface: 'The error was: no route to host.' })
    expect(answer.hits[0].reason).toMatch(/^exact phrase/)
    expect(answer.patterns_observed).toEqual(['exact words: "no route to host"'])
  })

  test('what the asker said in this very session comes after what other sessions hold', async () => {
    await say('old', 'The walrus service runs on the blue host.')
    await say('now', 'On which host does the walrus service run?')
    const best = async (params: object) => (await texts('walrus service host', params))[0]
    expect(await best({ session_id: 'now', client: 'opencode' })).toContain('blue host')
    expect(await best({ session_id: 'now', client: 'opencode', in_session: 'now' })).toContain(
      'On which host',
    )
    expect(await texts('walrus', { session_id: 'now', client: 'opencode' })).toHaveLength(2)
  })

  test('looks only where and when it is told to', async () => {
    daemon.now = monday
    await say(
      's1',
      { text: 'walrus in March', said_at: monday - 40 * dayMs, role: 'assistant' },
      { text: 'walrus today' },
    )
    await say('s2', { text: 'walrus elsewhere', said_at: monday - 3 * dayMs })
    await daemon.call('memory_capture', { text: 'walrus note', role: 'note', cwd: shop, client: 'codex' })
    const { memories } = await daemon.call('memory_list', { cwd: shop, limit: 10 })
    const note = memories.find((memory: { text: string }) => memory.text === 'walrus note')
    await daemon.call('memory_pin', { id: note.record_id ?? note.id, pin: 'project' })
    expect(await texts('walrus', { in_session: 's2' })).toEqual(['walrus elsewhere'])
    expect(await texts('walrus', { roles: ['assistant'] })).toEqual(['walrus in March'])
    expect(await texts('walrus', { from_client: 'codex' })).toEqual(['walrus note'])
    expect(await texts('walrus', { pinned_only: true })).toEqual(['walrus note'])
    expect(await texts('walrus', { since: 'yesterday', roles: ['user'] })).toEqual(['walrus today'])
    expect(await texts('walrus', { until: '2 weeks ago' })).toEqual(['walrus in March'])
    expect(await texts('walrus', { since: monday - 4 * dayMs, until: 'yesterday' })).toEqual([
      'walrus elsewhere',
    ])
    await expect(ask('walrus', { since: '2026-02-31' })).rejects.toMatchObject({ code: 'invalid_params' })
  })

  test('a time named in the cue is preferred, not demanded', async () => {
    daemon.now = monday
    await say('s1', { text: 'we fixed the parser', said_at: monday - 60 * dayMs })
    await say('s2', { text: 'we fixed the parser', said_at: monday - 2 * dayMs })
    await say('s3', { text: 'bought some apples', said_at: monday - 1 * dayMs })
    expect((await ask('what did we fix two months ago')).hits[0]).toMatchObject({
      said_at: new Date(monday - 60 * dayMs).toISOString(),
    })
    expect(await texts('what happened yesterday')).toContain('bought some apples')
  })

  test('what no longer holds is no hit, and is shown as such', async () => {
    const { record_id } = await daemon.call('memory_capture', {
      text: 'The walrus port is 5433.',
      role: 'note',
      cwd: shop,
    })
    daemon.now = monday + dayMs
    await daemon.call('memory_contradict', { id: record_id, new_fact: 'The walrus port is 6000.' })
    const answer = await ask('walrus port')
    expect(answer.hits.map((hit: Hit) => hit.literal_surface)).toEqual(['The walrus port is 6000.'])
    expect(answer.anti_hits).toMatchObject([
      { record_id, literal_surface: 'The walrus port is 5433.', valid_to: '2026-03-03T09:00:00.000Z' },
    ])
  })

  test('what was said around something that no longer holds does not stand among what does not', async () => {
    await say('s1', 'Always run migrations first.', 'The walrus port is 5433.', 'The tide table is in docs.')
    const [old] = (await ask('walrus port')).hits
    daemon.now = monday + dayMs
    await daemon.call('memory_contradict', { id: old.record_id, new_fact: 'The walrus port is 6000.' })
    const { anti_hits } = await ask('walrus port')
    expect(anti_hits.map((hit: Hit) => hit.literal_surface)).toEqual(['The walrus port is 5433.'])
  })

  test('says so when nothing is there', async () => {
    expect(await texts('walrus')).toEqual([])
    await say('s1', 'The printer is out of paper.')
    for (const cue of ['walrus', '', '   ', '?!', '🦭', '"walrus"', '\0']) {
      expect(await ask(cue), cue).toMatchObject({ hits: [], anti_hits: [], budget_used: 0 })
    }
    expect(await texts('printer', { limit: 0 })).toEqual([])
    expect(await texts('printer', { budget_tokens: 0 })).toEqual([])
  })

  test('says so when what is there has too little to do with the cue', async () => {
    await say('s1', 'Please tidy the list of suppliers.', 'The staging database listens on port 6543.')
    await say('s2', 'The date picker got a new theme.', 'Bought apples for the office.')
    const cue = 'Should we read a list of poems about autumn aloud on the mountain lake?'
    const answer = await ask(cue)
    expect(answer).toMatchObject({ hits: [], anti_hits: [], budget_used: 0 })
    expect(answer.left_out).toEqual({ count: expect.any(Number), floor: 0.33, best: expect.any(Number) })
    expect(answer.left_out.count).toBeGreaterThan(0)
    expect(answer.left_out.best).toBeLessThan(0.33)
    expect(answer.activation_trace.join('\n')).toMatch(
      /left out: .* relevance of 0\.\d\d, below the floor of 0\.33/,
    )
    const { examples } = (await ask(cue, { explain: true })).left_out
    expect(examples[0]).toMatchObject({ relevance: answer.left_out.best, components: expect.anything() })
    const { memories } = await daemon.call('memory_get', { ids: [examples[0].record_id] })
    expect(memories[0].text).toBe('Please tidy the list of suppliers.')
    expect((await ask('list of suppliers')).left_out).toMatchObject({ count: 0 })
    const long = await ask(
      `${'Nothing here is known to anybody. '.repeat(3)} Who wanted the suppliers tidied?`,
    )
    expect(long.hits[0].relevance).toBeGreaterThanOrEqual(0.33)
  })

  test('what a program said is marked, also where it is only quoted', async () => {
    await say('s1', { text: 'psql: could not connect to port 6543', role: 'tool' }, 'port 6543 then')
    const { hits } = await ask('port 6543')
    expect(hits.map(({ role, trust }: { role: string; trust: string }) => [role, trust]).sort()).toEqual([
      ['tool', 'tool'],
      ['user', 'user'],
    ])
  })

  test('explains a score as the sum of its parts', async () => {
    await say('s1', 'The walrus port is 5433.', 'And the otter port is 6000.')
    const { hits } = await ask('walrus port', { explain: true })
    expect(hits.length).toBeGreaterThan(0)
    for (const { score, components } of hits as Hit[]) {
      const sum = Object.values(components ?? {}).reduce((total, part) => total + part, 0)
      expect(sum).toBeCloseTo(score, 5)
    }
    expect((await ask('walrus port')).hits[0]).not.toHaveProperty('components')
  })

  test('a long text is found in every part, and shown once', async () => {
    const filler = 'Nothing of interest was said in this sentence. '.repeat(900)
    await say('s1', `walrus at the start. ${filler} walrus at the end.`)
    const hits = await texts('walrus')
    expect(hits).toHaveLength(1)
    expect(hits[0]).toContain('[…]')
  })

  test('a huge text is cut to what was asked for, wherever that stands', async () => {
    // More than a search keeps of one text, on either side.
    const filler = 'Nothing of interest was said in this sentence. '.repeat(6_000)
    expect(filler.length).toBeGreaterThan(limits.searchTextBytesMax)
    for (const place of ['start', 'middle', 'end']) {
      const [before, after] = { start: ['', filler], middle: [filler, filler], end: [filler, ''] }[
        place
      ] as string[]
      const text = `${before} The ${place} kraken listens on port 7777. ${after}`
      await say(`huge ${place}`, text)
      const [hit] = (await ask(`which port has the ${place} kraken`)).hits
      expect(hit.literal_surface).toContain(`The ${place} kraken listens on port 7777.`)
      const shown = text.slice(hit.passage.start, hit.passage.end)
      const [opening, closing] = [hit.passage.start > 0 ? '[…] ' : '', after === '' ? '' : ' […]']
      expect(hit.literal_surface).toBe(`${opening}${shown}${closing}`)
    }
  })

  test('adding something unrelated removes no hit that had the exact phrase', async () => {
    const word = fc.constantFrom('cache', 'queue', 'deploy', 'port', 'the', 'green', 'maxRetry', '8080')
    const phrase = fc.array(word, { minLength: 2, maxLength: 4 }).map((words) => words.join(' '))
    const exactHits = async (wanted: string): Promise<string[]> => {
      const { hits } = await ask(`"${wanted} it was"`, { limit: 200, budget_tokens: 100_000 })
      return hits.flatMap((hit: Hit) => (hit.reason.startsWith('exact phrase') ? hit.record_id : []))
    }
    let session = 0
    await fc.assert(
      fc.asyncProperty(phrase, fc.array(phrase, { maxLength: 6 }), async (wanted, others) => {
        await say(`w${session++}`, `so ${wanted} it was, number ${session}`)
        const before = await exactHits(wanted)
        expect(before).not.toEqual([])
        await say(`o${session}`, 'unrelated words', ...others)
        expect(await exactHits(wanted)).toEqual(expect.arrayContaining(before))
      }),
      { numRuns: 20 },
    )
  })

  describe('input that nobody meant', () => {
    beforeEach(() =>
      say(
        's1',
        'The walrus port is 5433; NEAR the "dock".',
        'ملاحظة عن الميناء',
        '数据库连接池',
        'Поезд идёт',
      ),
    )

    test.each([
      ['walrus*', 'walrus port'],
      ['"walrus" -port:', 'walrus port'],
      ['NEAR(walrus dock, 5) AND NOT {', 'walrus port'],
      ['walrus\0port', 'walrus port'],
      ['🦭 walrus 🦭', 'walrus port'],
      ['\u202ewalrus\u202c port', 'walrus port'],
      ['الميناء', 'ملاحظة'],
      ['数据库', '数据库连接池'],
      ['ПОЕЗД', 'Поезд'],
      [`${'the '.repeat(20_000)}walrus port`, 'walrus port'],
    ])('%j finds what its words name', async (cue, part) => {
      expect((await texts(cue)).join('\n')).toContain(part)
    })

    test.each(['', ' \n\t', '?!…—', '"""', '***', '🦭🦭', '\0\0', '\ud800', 'x'.repeat(100_000), '(:^-)'])(
      '%j is answered with nothing',
      async (cue) => {
        expect(await ask(cue)).toMatchObject({ hits: [], anti_hits: [], budget_used: 0 })
      },
    )

    test('stop-words alone say nothing, side by side in quotes they do', async () => {
      expect(await texts('what is the')).toEqual([])
      expect((await ask('"port is"')).hits[0].reason).toMatch(/^exact phrase/)
    })

    test.each([
      ['a cue of 100,001 characters', { cue: 'y'.repeat(100_001) }, 'cue'],
      ['{ cue: 5 }', { cue: 5 }, 'cue'],
      ['{ budget_tokens: -1 }', { budget_tokens: -1 }, 'budget_tokens'],
      ['{ budget_tokens: 1e9 }', { budget_tokens: 1e9 }, 'budget_tokens'],
      ['{ limit: -1 }', { limit: -1 }, 'limit'],
      ['{ limit: 1e9 }', { limit: 1e9 }, 'limit'],
      ['{ limit: 1.5 }', { limit: 1.5 }, 'limit'],
      ['{ since: "2026-02-31" }', { since: '2026-02-31' }, 'since'],
      ['{ until: "never ever" }', { until: 'never ever' }, 'until'],
      ['{ since: 1e300 }', { since: 1e300 }, 'since'],
      ['{ now: -1 }', { now: -1 }, 'now'],
      ['{ roles: ["boss"] }', { roles: ['boss'] }, 'roles'],
    ])('%s is refused by name', async (_, params, name) => {
      const error = await ask('walrus', params).catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'invalid_params', message: expect.stringContaining(name) })
      expect(String(error)).not.toContain('never')
    })

    test('no hits and no budget are bounds like others', async () => {
      expect((await ask('walrus', { limit: 0 })).hits).toEqual([])
      expect(await ask('walrus', { budget_tokens: 0 })).toMatchObject({ hits: [], budget_used: 0 })
      expect((await ask('walrus', { limit: 200, budget_tokens: 100_000 })).hits).not.toEqual([])
    })

    test('times that shut everything out find nothing', async () => {
      expect(await texts('walrus', { since: monday + dayMs, until: monday - dayMs })).toEqual([])
    })
  })

  test('any cue and any parameters give an answer within its bounds, or a clear refusal', async () => {
    await say(
      's1',
      'The walrus port is 5433; NEAR the "dock".',
      { text: 'ملاحظة عن الميناء', role: 'assistant' },
      '数据库连接池 src/recall/score.ts',
    )
    const syntax = fc.constantFrom(
      '"',
      '*',
      'NEAR(',
      ')',
      '-',
      ':',
      '^',
      'AND',
      'OR',
      'NOT',
      '{',
      '}',
      '+',
      '\0',
    )
    const word = fc.constantFrom(
      'walrus',
      'port',
      'the',
      'ميناء',
      '数据库',
      '🦭',
      '\ud800',
      'yesterday',
      'May 2026',
    )
    const cue = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.array(fc.oneof(syntax, word), { maxLength: 12 }).map((parts) => parts.join(' ')),
      fc.constantFrom(
        'x'.repeat(100_000),
        'walrus '.repeat(14_000),
        '"'.repeat(99_999),
        'the '.repeat(25_000),
      ),
      fc.constant('y'.repeat(100_001)),
    )
    const odd = fc.oneof(
      fc.integer(),
      fc.double(),
      fc.string(),
      fc.constantFrom(null, -1, 0, 1e9, Number.NaN, [], {}, true, '2026-02-31', 'last month'),
    )
    const names = ['budget_tokens', 'limit', 'in_session', 'roles', 'from_client', 'since', 'until', 'now']
    const params = fc.dictionary(fc.constantFrom(...names, 'pinned_only', 'explain', 'all_projects'), odd, {
      maxKeys: 3,
    })
    await fc.assert(
      fc.asyncProperty(cue, params, async (text, given) => {
        try {
          const answer = await ask(text, given)
          const shown = [...answer.hits, ...answer.anti_hits] as Hit[]
          const spent = shown.reduce((sum, hit) => sum + countTokens(hit.literal_surface), 0)
          expect(answer.budget_used).toBe(spent)
          expect(spent).toBeLessThanOrEqual(Number(given.budget_tokens ?? 1_500))
          expect(answer.hits.length).toBeLessThanOrEqual(Number(given.limit ?? 20))
          for (const { score } of shown) expect(score).toSatisfy(Number.isFinite)
        } catch (error) {
          if (!isAppError(error)) throw error
          expect(['invalid_params']).toContain(error.code)
        }
      }),
      { numRuns: 150 },
    )
  })
})
