// Our hooks among other people's: there once, nothing else moved, and out again.
import { describe, expect, test } from 'vitest'
import { claudeCodeIntegration } from '../../src/cli/hosts/claude-code.ts'
import type { HookGroup } from '../../src/cli/hosts/integration.ts'
import { absent, applyChange, type Change, removeChange } from '../../src/cli/setup/change.ts'
import { integrationChanges } from '../../src/cli/setup/integration-changes.ts'

const integration = claudeCodeIntegration(['/opt/node', '/opt/iai-mcp/bin/iai-mcp.js'], { HOME: '/home/ada' })
const changes = integrationChanges(integration).filter(({ file }) => file.endsWith('settings.json'))
const applyAll = (text: string, all: readonly Change[] = changes) => all.reduce(applyChange, text)
const removeAll = (text: string) => changes.reduce(removeChange, text)

const date = { type: 'command', command: 'date' }
const old = { type: 'command', command: 'node /old/iai-mcp/bin/iai-mcp.js hook stop', timeout: 60 }
const [now] = integration.hooks.find(({ keys }) => keys[1] === 'Stop')?.group.hooks ?? []

interface Settings {
  readonly hooks?: Readonly<Record<string, readonly HookGroup[]>>
}
const stopOf = (text: string) => (JSON.parse(text) as Settings).hooks?.Stop
const withStop = (...groups: readonly object[]) => JSON.stringify({ hooks: { Stop: groups } })

test('settings without hooks get all of them, once', () => {
  const after = applyAll('{"model":"x"}')
  const { hooks = {}, ...rest } = JSON.parse(after) as Settings
  expect(rest).toEqual({ model: 'x' })
  expect(Object.keys(hooks)).toEqual(integration.hooks.map(({ keys }) => keys[1]))
  expect(applyAll(after)).toBe(after)
  expect(JSON.parse(removeAll(after))).toEqual({ model: 'x' })
})

describe.each([
  ['beside another', [{ hooks: [date] }], [{ hooks: [date] }, { hooks: [now] }], [{ hooks: [date] }]],
  [
    'in the place of an older one',
    [{ hooks: [old] }, { hooks: [date] }],
    [{ hooks: [now] }, { hooks: [date] }],
    [{ hooks: [date] }],
  ],
  [
    'in a group with others',
    [{ matcher: '', hooks: [date, old] }],
    [{ matcher: '', hooks: [date, now] }],
    [{ matcher: '', hooks: [date] }],
  ],
  [
    'instead of two',
    [{ hooks: [old] }, { hooks: [date, old, old] }, { hooks: [old] }],
    [{ hooks: [now] }, { hooks: [date] }],
    [{ hooks: [date] }],
  ],
] as const)('a hook of ours %s', (_name, before, after, removed) => {
  const changed = applyAll(withStop(...before))

  test('is there once, and the others stay', () => {
    expect(stopOf(changed)).toEqual(after)
    expect(applyAll(changed)).toBe(changed)
  })

  test('comes out again', () => {
    expect(stopOf(removeAll(changed))).toEqual(removed)
  })
})

test('where the plugin does it, hooks of ours are taken out, and only they', () => {
  const away = changes.map(absent)
  expect(JSON.parse(applyAll(applyAll('{"model":"x"}'), away))).toEqual({ model: 'x' })
  expect(stopOf(applyAll(withStop({ hooks: [date, old] }), away))).toEqual([{ hooks: [date] }])
  expect(applyAll('{"model":"x"}', away)).toBe('{"model":"x"}')
})

test.each(['{"hooks": []}', '{"hooks": {"Stop": {}}}', '{"hooks": {"Stop": "date"}}'])(
  'what is no list of hooks is left alone and named: %s',
  (text) => {
    expect(() => applyAll(text)).toThrow(/settings\.json/)
  },
)

test.each([[{ hooks: 'date' }], ['date'], [null], [{ hooks: [null, 7, { command: 7 }] }]])(
  'odd neighbours are nobody of ours: %j',
  (...odd) => {
    const text = JSON.stringify({ hooks: { Stop: odd } })
    expect(stopOf(applyAll(text))).toEqual([...odd, { hooks: [now] }])
  },
)
