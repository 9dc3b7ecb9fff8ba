// The writing end of the spool: what is appended, in which files, and what is refused.
import { chmod, mkdir, readdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tempDir } from '../../../test/support/temp-dir.ts'
import { clientLimits } from '../src/limits.ts'
import { createSpool, spoolFileName, spoolFolder } from '../src/spool.ts'
import { batch } from './support/spooling.ts'

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777
}

describe('appending', () => {
  test('makes private folders and a private file, named after client and session', async () => {
    const dataDir = join(await tempDir(), 'data')
    await createSpool({ dataDir }).append(batch('ses_1', ['hello']))
    const folder = join(dataDir, '.deferred-captures')
    expect(await readdir(folder)).toEqual(['test-ses_1.jsonl'])
    expect(await modeOf(dataDir)).toBe(0o700)
    expect(await modeOf(folder)).toBe(0o700)
    expect(await modeOf(join(folder, 'test-ses_1.jsonl'))).toBe(0o600)
  })

  test('writes one JSON object a line, complete in itself', async () => {
    const dataDir = await tempDir()
    await createSpool({ dataDir }).append(batch('s', ['a', 'b\nc']))
    const text = await readFile(join(spoolFolder(dataDir), 'test-s.jsonl'), 'utf8')
    const lines = text.split('\n').filter((line) => line !== '')
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        client: 'test',
        session_id: 's',
        cwd: '/work tree',
        text: 'a',
        role: 'user',
        message_id: 'm0',
        said_at: 1_700_000_000_000,
      },
      {
        client: 'test',
        session_id: 's',
        cwd: '/work tree',
        text: 'b\nc',
        role: 'user',
        message_id: 'm1',
        said_at: 1_700_000_000_001,
      },
    ])
  })

  test('refuses a folder that others may write to, and a file that is a link', async () => {
    const open = await tempDir()
    await mkdir(spoolFolder(open), { mode: 0o700 })
    await chmod(spoolFolder(open), 0o777)
    await expect(createSpool({ dataDir: open }).append(batch('s', ['a']))).rejects.toMatchObject({
      kind: 'refused',
    })
    const linked = await tempDir()
    await mkdir(spoolFolder(linked), { mode: 0o700 })
    await symlink(join(linked, 'elsewhere'), join(spoolFolder(linked), 'test-s.jsonl'))
    await expect(createSpool({ dataDir: linked }).append(batch('s', ['a']))).rejects.toMatchObject({
      kind: 'refused',
    })
  })

  test('refuses when the file is full, and when the folder is', async () => {
    const dataDir = await tempDir()
    const spool = createSpool({ dataDir })
    await spool.append(batch('s', ['a']))
    // Sparse: the size is what counts.
    await truncate(join(spoolFolder(dataDir), 'test-s.jsonl'), clientLimits.spoolFileBytesMax)
    await expect(spool.append(batch('s', ['b']))).rejects.toThrow(/is full/)
    await spool.append(batch('other', ['c']))
    await truncate(join(spoolFolder(dataDir), 'test-s.jsonl'), clientLimits.spoolTotalBytesMax)
    await expect(spool.append(batch('other', ['d']))).rejects.toThrow(/is full/)
  })

  test('file names are safe, and different sessions have different ones', () => {
    expect(spoolFileName('opencode', 'ses_AbC9')).toBe('opencode-ses_AbC9.jsonl')
    for (const session of ['../../etc/passwd', 'a/b', '.', '', 'x'.repeat(500), 'ü']) {
      const name = spoolFileName('c', session)
      expect(name).toMatch(/^[A-Za-z0-9_-][A-Za-z0-9._-]*\.jsonl$/)
      expect(name.length).toBeLessThan(200)
    }
    expect(spoolFileName('c', 'a/b')).not.toBe(spoolFileName('c', 'a_b'))
    expect(spoolFileName('.c', 'a')).not.toMatch(/^\./)
  })
})

test('secrets are out before anything is written, by the user’s own patterns too', async () => {
  const dataDir = await tempDir()
  await writeFile(
    join(dataDir, 'config.json'),
    JSON.stringify({
      redaction: {
        patterns: [{ kind: 'badge', match: 'ACME-[0-9]{6}' }],
        projects: {
          'git:example.org/ada/demo': { secrets: 'off', patterns: [{ kind: 'room', match: 'R-[0-9]{4}' }] },
        },
      },
    }),
  )
  const token = `gh${'p_'}${'Q1w2'.repeat(9)}`
  const spool = createSpool({ dataDir })
  await spool.append(batch('s', [`${token} ACME-123456 R-1234 <private>home</private>`]))
  const lines = await readFile(join(spoolFolder(dataDir), 'test-s.jsonl'), 'utf8')
  expect(lines).toContain('"[redacted: github token] [redacted: badge] [redacted: room] [redacted: private]"')
  // Of a turn that is private as a whole nothing is written, not even where it was.
  const receipt = await spool.append(
    batch('p', ['<private>home</private>\n', 'I live at <private>home</private>']),
  )
  expect(receipt.lines).toHaveLength(1)
  expect(await readFile(join(spoolFolder(dataDir), 'test-p.jsonl'), 'utf8')).not.toContain('"m0"')
  expect(await spool.append(batch('q', ['<private>home']))).toMatchObject({ lines: [] })
  expect(await readdir(spoolFolder(dataDir))).toEqual(['test-p.jsonl', 'test-s.jsonl'])
  // A file that cannot be understood is the daemon's business: the turn is spooled, without its secrets.
  await writeFile(join(dataDir, 'config.json'), '{"redaction": 1')
  await spool.append(batch('t', [token]))
  expect(await readFile(join(spoolFolder(dataDir), 'test-t.jsonl'), 'utf8')).toContain(
    '"[redacted: github token]"',
  )
})

test('a long text lets the host go on with its own work', async () => {
  const spool = createSpool({ dataDir: await tempDir() })
  let turns = 0
  const count = (): void => {
    turns += 1
    immediate = setImmediate(count)
  }
  let immediate = setImmediate(count)
  await spool.append(batch('s', ['token=-'.repeat(100_000)]))
  clearImmediate(immediate)
  // One for each step of the text, and a few for the file.
  expect(turns).toBeGreaterThan(40)
})
