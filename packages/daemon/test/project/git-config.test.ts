import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { configEntries } from '../../src/project/git-config.ts'
import { useHome } from './support.ts'

const home = useHome()

/** What git makes of it; null where it refuses. */
function readByGit(text: string): { key: string; value: string }[] | null {
  const path = join(home.path, 'config')
  writeFileSync(path, text)
  try {
    const listed = home.git(home.path, 'config', '--no-includes', '-f', path, '--list', '-z')
    return listed
      .split('\0')
      .filter((entry) => entry.includes('\n'))
      .map((entry) => ({
        key: entry.slice(0, entry.indexOf('\n')),
        value: entry.slice(entry.indexOf('\n') + 1),
      }))
  } catch {
    return null
  }
}

describe('a configuration is read as git reads it', () => {
  test.each([
    '[remote "origin"]\n\turl = git@example.org:ada/shop.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n',
    '[remote.origin] url=x',
    '[REMOTE "Ada \\"Shop\\" \\\\ x"] URL = "a ; b" # c',
    '[a]b=c;d\n[a "x"]e=f#g\n',
    '[a]\nb = one \\\n  two\\n "three  "\t \n',
    '[a]\r\nb = c\r\nd\r\n',
    '\uFEFF[a]\nb = c',
    '# nothing\n; at all\n',
    '[a]\nb =\nc = ""\nd\n',
    '[a] b = "open\n',
    '[a] b = \\x\n',
    '[a b] c = d\n',
    'b = c\n',
    '[a]\n1 = 2\n',
    '[a]\nb c\n',
    '',
  ])('%j', (text) => {
    expect(configEntries(text)).toEqual(readByGit(text))
  })

  test('whatever it is made of', () => {
    const parts = [
      '[a]',
      '[a "b\\\\c"]',
      '\n',
      '\n',
      'url',
      ' = ',
      '=',
      '"',
      '\\',
      ' ',
      '#',
      ';',
      'x1',
      'é',
      '[',
      ']',
    ]
    const text = fc
      .array(fc.constantFrom(...parts), { maxLength: 14 })
      .map((each) => `[r "o"]\nurl = ${each.join('')}`)
    fc.assert(
      fc.property(text, (made) => {
        expect(configEntries(made)).toEqual(readByGit(made))
      }),
      { numRuns: 150 },
    )
  })
})
