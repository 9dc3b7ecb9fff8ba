// The story of `npm run demo`, played as a reader plays it: what it tells is what the product promises, the README shows
// lines of it, and nothing of it stays on the disk.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const playMsMax = 60_000

let told: string
let temporary: string

beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), 'iai-'))
  const played = spawnSync(process.execPath, [join(root, 'examples/story/run.ts')], {
    encoding: 'utf8',
    env: { ...process.env, TMPDIR: temporary },
    timeout: playMsMax,
  })
  expect(played.status, played.stderr).toBe(0)
  told = played.stdout
  return () => rmSync(temporary, { recursive: true, force: true })
}, playMsMax)

/** From one heading or scene to the next. */
function part(from: string, to: string): string {
  const start = told.indexOf(from)
  expect(start, `“${from}” is told`).toBeGreaterThan(-1)
  const end = told.indexOf(to, start + from.length)
  expect(end, `“${to}” is told after “${from}”`).toBeGreaterThan(-1)
  return told.slice(start, end)
}

/** Without the breaks of the page. */
const flat = (text: string): string => text.replace(/\s+/gu, ' ')

test('two agents in two clones share what was said, with the reason for every line', () => {
  const given = flat(part('in a second clone', 'in its clone orchard-review'))
  expect(given).toContain('- Call me Noor. (2026-03-02, user, said once) why: a standing instruction')
  expect(given).toContain('decided “Let’s go with Fastify rather than Express')
  expect(given).toContain('left open “TODO: add the refund endpoint.”')
  expect(given).not.toMatch(/tide|Brest/u)
})

test('a project does not see another one', () => {
  expect(part('a question asked there does not reach', 'WEEK 3')).toContain('found: nothing')
})

describe('what was true is not any more', () => {
  test('the next session is given what holds, and what was finished is not left open', () => {
    const given = flat(part('is given what holds now', '▸ And asked about it'))
    expect(given).toContain('We switched from npm to pnpm.')
    expect(given).toContain('Always run migrations against staging first. (2026-03-10, user, said 2 times)')
    expect(given).not.toMatch(/We use npm|TODO|5433/u)
  })

  test('a question finds the new before the old, which is told as what it is', () => {
    const asked = flat(part('tells the old from the new', '▸ Two changes'))
    expect(asked.indexOf('moved to port 5434')).toBeLessThan(asked.indexOf('listens on port 5433'))
    expect(asked).toContain('no longer true since 2026-03-18: 5433 → 5434')
  })

  test('a change that nobody said in words is a question, and the answer is kept', () => {
    expect(flat(part('▸ Two changes', '▸ Noor says'))).toContain(
      '2026-03-02 “The upload limit is 20 MB.” or 2026-03-18 “The upload limit is 50 MB.”?',
    )
    const after = flat(part('▸ Noor says', 'WEEK 4'))
    expect(after).toMatch(/found: just now, note: “The upload limit is 50 MB.”.*no longer true: .*20 MB/u)
  })
})

test('what is forgotten is nowhere: it stood in the store, and does not any more', () => {
  const forgotten = flat(part('WEEK 4', 'Four weeks, played'))
  const [, before = '0'] = /stands (\d+) times in the decrypted pages of the store/u.exec(forgotten) ?? []
  expect(Number(before)).toBeGreaterThan(1)
  expect(forgotten).toContain('0 times in the files as they lie on the disk')
  expect(forgotten).toContain('Afterwards it stands 0 times in the decrypted pages.')
  expect(forgotten.slice(forgotten.indexOf('Afterwards'))).not.toContain('quince')
  expect(forgotten).toContain('this text was forgotten on request and is not taken in again')
})

test('nothing of it is left on the disk', () => {
  expect(readdirSync(temporary)).toEqual([])
})

test('the README shows lines of it as they are', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const [, excerpt = ''] = /`npm run demo`[^`]*```text\n([\s\S]*?)```/u.exec(readme) ?? []
  expect(excerpt.split('\n').length).toBeGreaterThan(20)
  expect(told).toContain(excerpt)
})
