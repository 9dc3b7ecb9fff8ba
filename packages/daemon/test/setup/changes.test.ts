// Changes to other programs' files: they say what is wanted, nothing else moves, twice is once, and they come out again.
import fc from 'fast-check'
import { parse as parseJson } from 'jsonc-parser'
import { parse as parseTomlText } from 'smol-toml'
import { describe, expect, test } from 'vitest'
import { applyChange, type Change, removeChange } from '../../src/cli/setup/change.ts'
import { defaultKey, listItem, ownKey } from '../../src/cli/setup/json-changes.ts'
import { brokenJson, jsonZoo, tomlZoo } from './zoo.ts'

const file = '/home/ada/.config/host/config.json'
const plugin = listItem({
  file,
  what: 'the plugin',
  path: ['plugin'],
  value: () => 'iai-mcp-opencode',
  isOurs: (item) => item === 'iai-mcp-opencode' || item === 'iai-mcp-old',
  isGood: (item) => item === 'iai-mcp-opencode',
})
const server = { type: 'local', command: ['/opt/node', '/opt/iai mcp.js', 'mcp'], enabled: true }
const mcp = ownKey({ file, what: 'the server', path: ['mcp', 'iai-mcp'], value: server })
const jsonChanges: readonly Change[] = [plugin, mcp]
const toml: Change = {
  format: 'toml',
  file: '/home/ada/.codex/config.toml',
  what: 'the server',
  table: ['mcp_servers', 'iai-mcp'],
  values: { command: '/opt/node', args: ['/opt/iai "mcp".js', 'mcp'] },
}

const applyAll = (text: string, changes: readonly Change[]) => changes.reduce(applyChange, text)
const removeAll = (text: string, changes: readonly Change[]) => changes.reduce(removeChange, text)
const jsonOf = (text: string): Record<string, unknown> =>
  parseJson(text.replace('\ufeff', ''), [], { allowTrailingComma: true }) ?? {}

/** Every piece of a text that is not white space, brackets or commas: words, values, comments. */
const words = (text: string) =>
  text
    .replace('\ufeff', '')
    .split(/[\s,[\]{}]+/)
    .filter(Boolean)

function isInOrder(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0
  for (const word of whole) if (word === part[at]) at += 1
  return at === part.length
}

describe.each(jsonZoo)('JSON: $name', ({ text }) => {
  const after = applyAll(text, jsonChanges)

  test('says what is wanted and all that it said before', () => {
    const before = jsonOf(text)
    const list = (before.plugin as unknown[] | undefined) ?? []
    const servers = before.mcp as object | undefined
    expect(jsonOf(after)).toEqual({
      ...before,
      plugin: [...list, 'iai-mcp-opencode'],
      mcp: { ...servers, 'iai-mcp': server },
    })
  })

  test('keeps comments, spelling and order', () => {
    expect(isInOrder(words(text), words(after))).toBe(true)
    expect(after.startsWith('\ufeff')).toBe(text.startsWith('\ufeff'))
    if (text.includes('\r\n')) expect(after.replaceAll('\r\n', '')).not.toContain('\n')
    if (text.includes('\t')) expect(after).not.toMatch(/^ {2}/m)
  })

  test('adds, and takes not one character away', () => {
    if (text.trim() !== '') expect(isInOrder([...text.trimEnd()], [...after])).toBe(true)
  })

  test('is not changed a second time', () => {
    expect(applyAll(after, jsonChanges)).toBe(after)
  })

  test('is what it was in meaning, comments and order once our part is taken out', () => {
    const out = removeAll(after, jsonChanges)
    const emptied = Object.entries(jsonOf(text)).filter(
      ([, value]) => JSON.stringify(value) !== '{}' && JSON.stringify(value) !== '[]',
    )
    expect(jsonOf(out)).toEqual(Object.fromEntries(emptied))
    expect(out).not.toContain('iai-mcp')
    for (const comment of text.match(/\/\/.*/g) ?? []) expect(out).toContain(comment)
  })
})

test.each(brokenJson)('JSON with $name is refused, with the place', ({ text, place }) => {
  expect(() => applyAll(text, jsonChanges)).toThrow(place)
  expect(() => applyAll(text, jsonChanges)).toThrow(file)
})

test('what stood there keeps its lines, and what is new looks like it', () => {
  const text = '{\n    "a": false, "b": "c", // trailing\n    "plugin": ["x"] // mine\n}\n'
  expect(
    applyAll(text, [plugin, ownKey({ file, what: '', path: ['mcp', 'iai-mcp'], value: { on: [1] } })]),
  ).toBe(
    '{\n    "a": false, "b": "c", // trailing\n    "plugin": ["x", "iai-mcp-opencode"], // mine\n' +
      '    "mcp": {\n        "iai-mcp": {\n            "on": [\n                1\n            ]\n        }\n    }\n}\n',
  )
  expect(applyChange('{"a":1}', ownKey({ file, what: '', path: ['b', 'c'], value: { d: [1, 2] } }))).toBe(
    '{"a":1, "b": { "c": { "d": [1, 2] } }}',
  )
})

test('a comment in an empty object stays where it is', () => {
  const text = '{\n  "mcp": {\n    // none yet\n  }\n}\n'
  expect(applyChange(text, ownKey({ file, what: '', path: ['mcp', 'us'], value: 1 }))).toBe(
    '{\n  "mcp": {\n    // none yet\n    "us": 1\n  }\n}\n',
  )
})

test('an older entry of ours is replaced where it stands', () => {
  const after = applyChange('{ "plugin": ["a", "iai-mcp-old", "b"] }', plugin)
  expect(jsonOf(after).plugin).toEqual(['a', 'iai-mcp-opencode', 'b'])
})

test('a list that is none is left alone and named', () => {
  expect(() => applyChange('{ "plugin": "a" }', plugin)).toThrow('"plugin" is not a list')
})

test('a default gives way to what the user set, and is taken out only while it is ours', () => {
  const port = defaultKey({ file, what: 'a port', path: ['http_port'], value: 0 })
  expect(applyChange('{ "http_port": 8123 }', port)).toBe('{ "http_port": 8123 }')
  expect(removeChange('{ "http_port": 8123 }', port)).toBe('{ "http_port": 8123 }')
  expect(jsonOf(removeChange(applyChange('{"a":1}', port), port))).toEqual({ a: 1 })
})

test('any JSON keeps everything else it says', () => {
  // A JSON parser that builds plain objects cannot say what "__proto__" held; no configuration has it.
  const json = fc
    .dictionary(fc.string(), fc.jsonValue())
    .filter((value) => !JSON.stringify(value).includes('__proto__'))
  fc.assert(
    fc.property(json, fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
      const { plugin: _plugin, mcp: _mcp, ...rest } = value
      const text = JSON.stringify(rest, null, indent)
      const { plugin: list, mcp: servers, ...kept } = jsonOf(applyAll(text, jsonChanges))
      expect(kept).toEqual(JSON.parse(JSON.stringify(rest)))
      expect([list, servers]).toEqual([['iai-mcp-opencode'], { 'iai-mcp': server }])
    }),
    { numRuns: 200 },
  )
})

describe.each(tomlZoo)('TOML: $name', ({ text }) => {
  const after = applyChange(text, toml)

  test('keeps every byte and adds one table', () => {
    expect(after.startsWith(text)).toBe(true)
    const parsed = parseTomlText(after) as { mcp_servers: Record<string, unknown> }
    expect({ ...(parsed.mcp_servers['iai-mcp'] as object) }).toEqual(
      toml.format === 'toml' ? toml.values : null,
    )
    if (text.includes('\r\n')) expect(after.replaceAll('\r\n', '')).not.toContain('\n')
  })

  test('is not changed a second time, and our table comes out again', () => {
    expect(applyChange(after, toml)).toBe(after)
    const out = removeChange(after, toml)
    expect(out.trimEnd()).toBe(text.trimEnd())
  })

  test('what others wrote after our table stays', () => {
    const more = `${after}# mine\n\n[later]\nx = 1\n`
    expect(removeChange(more, toml)).toContain('# mine\n\n[later]\nx = 1\n')
  })
})

test.each([
  ['an unclosed table', '[a\nb = 1\n', ':1:'],
  ['a value that is none', 'a = 1\nb = dark\n', ':2:5'],
])('TOML with %s is refused, with the place', (_, text, place) => {
  expect(() => applyChange(text, toml)).toThrow(`config.toml${place}`)
})

test.each([
  ['an inline table', 'mcp_servers = { other = { command = "x" } }\n'],
  ['our table spelt otherwise', '[ mcp_servers . iai-mcp ]\ncommand = "old"\n'],
])('TOML with %s is left alone, and says so', (_, text) => {
  expect(() => applyChange(text, toml)).toThrow('cannot be edited safely')
})

test('an older table of ours is replaced', () => {
  const after = applyChange('[mcp_servers.iai-mcp]\ncommand = "old"\n# mine\n\n[z]\na = 1\n', toml)
  expect(after).not.toContain('old')
  expect(after).toContain('# mine\n\n[z]\na = 1\n')
})
