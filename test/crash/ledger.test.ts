// A suite that compares nothing wrongly proves nothing: each way of losing something is seen by the ledger.
import { expect, test } from 'vitest'
import { createLedger, type Ledger } from './ledger.ts'
import type { Found, Said } from './wishes.ts'

const said = (number: number): Said => ({ session: 's', messageId: `m${number}`, text: `text ${number}` })
const found = (number: number, more: Partial<Found> = {}): Found => ({
  ...{ id: `id${number}`, supersededBy: null, pin: null },
  ...said(number),
  ...more,
})

function holding(...numbers: readonly number[]): Ledger {
  const ledger = createLedger()
  const wish = ledger.begin({ do: 'capture', said: numbers.map(said) })
  ledger.acknowledge(
    wish,
    numbers.map((number) => `id${number}`),
  )
  return ledger
}

function seen(ledger: Ledger, memories: readonly Found[], identity = ''): readonly string[] {
  return ledger.reconcile({ memories, identity })
}

test('what was acknowledged and is there is as it must be', () => {
  expect(seen(holding(1, 2), [found(1), found(2)])).toEqual([])
})

test.each([
  ['is gone', [], /^lost: id1/],
  ['reads otherwise', [found(1, { text: 'text 1 ' })], /^altered: the text/],
  ['is in another session', [found(1, { session: 't' })], /^altered: the session/],
  ['is superseded, which nobody asked for', [found(1, { supersededBy: 'id9' })], /^altered: what supersedes/],
  ['is pinned, which nobody asked for', [found(1, { pin: 'global' })], /^altered: the pin/],
  ['has company', [found(1), found(7)], /^unasked for: id7/],
  ['is there twice', [found(1), found(1, { id: 'id2' })], /^unasked for: id2/],
] as const)('what was acknowledged and %s is told', (_, memories, told) => {
  expect(seen(holding(1), memories)).toEqual([expect.stringMatching(told)])
})

test('a batch that was not acknowledged is there whole or not at all', () => {
  const asking = (): Ledger => {
    const ledger = createLedger()
    ledger.begin({ do: 'capture', said: [said(1), said(2)] })
    return ledger
  }
  expect(seen(asking(), [])).toEqual([])
  const whole = asking()
  expect(seen(whole, [found(1), found(2)])).toEqual([])
  expect(seen(whole, [found(1)])).toEqual([expect.stringMatching(/^lost: id2/)])
  expect(seen(asking(), [found(1)])).toContainEqual(expect.stringMatching(/^torn: a batch of 2 turns/))
})

test('what was forgotten does not come back, under no id', () => {
  const forgetting = (): Ledger => {
    const ledger = holding(1, 2)
    ledger.acknowledge(ledger.begin({ do: 'forget', ids: ['id1'] }))
    return ledger
  }
  expect(seen(forgetting(), [found(2)])).toEqual([])
  expect(seen(forgetting(), [found(1), found(2)])).toEqual([expect.stringMatching(/^came back: id1/)])
  const again = found(1, { id: 'id9', session: 't' })
  expect(seen(forgetting(), [again, found(2)])).toEqual([expect.stringMatching(/^came back: id9/)])
})

test('forgetting that was not acknowledged took all or nothing', () => {
  const asking = (): Ledger => {
    const ledger = holding(1, 2, 3)
    ledger.begin({ do: 'forget', ids: ['id1', 'id2'] })
    return ledger
  }
  expect(seen(asking(), [found(1), found(2), found(3)])).toEqual([])
  expect(seen(asking(), [found(3)])).toEqual([])
  expect(seen(asking(), [found(2), found(3)])).toContainEqual(expect.stringMatching(/^torn: forgetting 2/))
})

test('a correction is both halves or none, and is undone with what replaced', () => {
  const asking = (): [Ledger, number] => {
    const ledger = holding(1)
    return [ledger, ledger.begin({ do: 'supersede', id: 'id1', by: said(2) })]
  }
  const after = [found(1, { supersededBy: 'id2' }), found(2)]
  expect(seen(asking()[0], [found(1)])).toEqual([])
  expect(seen(asking()[0], after)).toEqual([])
  expect(seen(asking()[0], [found(1), found(2)])).toContainEqual('torn: a correction was done in part')
  const [ledger, wish] = asking()
  ledger.acknowledge(wish, ['id2'])
  ledger.acknowledge(ledger.begin({ do: 'forget', ids: ['id2'] }))
  expect(seen(ledger, [found(1)])).toEqual([])
})

test('what was spooled arrives in the end, each turn once', () => {
  const spooled = (): Ledger => {
    const ledger = createLedger()
    ledger.acknowledge(ledger.begin({ do: 'deliver', said: [said(1), said(2)] }))
    return ledger
  }
  expect(seen(spooled(), [found(1), found(2)])).toEqual([])
  expect(seen(spooled(), [found(1)])).toEqual([expect.stringMatching(/^lost: delivered turn/)])
  expect(seen(spooled(), [found(1), found(2), found(2, { id: 'id9' })])).toHaveLength(1)
})

test('pins and the identity are what was acknowledged last, or asked for since', () => {
  const ledger = holding(1)
  ledger.acknowledge(ledger.begin({ do: 'pin', id: 'id1', pin: 'project' }))
  ledger.acknowledge(ledger.begin({ do: 'identity', value: 'Ada' }))
  ledger.begin({ do: 'identity', value: 'Grace' })
  expect(seen(ledger, [found(1, { pin: 'project' })], 'Grace')).toEqual([])
  expect(seen(ledger, [found(1)], 'Ada')).toEqual([
    'altered: the pin of id1',
    'lost: the identity that was set',
  ])
})

test('a restore that was not acknowledged is the one store or the other, never a mixture', () => {
  const restoring = (): [Ledger, number] => {
    const ledger = holding(1, 2, 3)
    seen(ledger, [found(1), found(2), found(3)])
    const to = ledger.snapshot()
    ledger.acknowledge(ledger.begin({ do: 'capture', said: [said(4)] }), ['id4'])
    ledger.acknowledge(ledger.begin({ do: 'forget', ids: ['id2'] }))
    return [ledger, ledger.begin({ do: 'restore', to })]
  }
  expect(seen(restoring()[0], [found(1), found(3), found(4)])).toEqual([])
  expect(seen(restoring()[0], [found(1), found(3)])).toEqual([])
  expect(seen(restoring()[0], [found(1), found(2), found(3)])).toContainEqual(
    expect.stringMatching(/^came back: id2/),
  )
  expect(seen(restoring()[0], [found(1), found(4)])).toEqual([expect.stringMatching(/^lost: id3/)])
  const [ledger, wish] = restoring()
  ledger.acknowledge(wish)
  expect(seen(ledger, [found(1), found(3), found(4)])).toEqual([expect.stringMatching(/^unasked for: id4/)])
})

test('what an export brought is held from then on, and what was here stays', () => {
  const ledger = holding(1)
  const theirs = { memories: [found(1, { pin: 'global' }), found(2)], identity: 'Ada' }
  ledger.acknowledge(ledger.begin({ do: 'adopt', export: theirs }))
  expect(seen(ledger, [found(1), found(2)], 'Ada')).toEqual([])
  expect(seen(ledger, [found(1)], 'Ada')).toEqual([expect.stringMatching(/^lost: id2/)])
})
