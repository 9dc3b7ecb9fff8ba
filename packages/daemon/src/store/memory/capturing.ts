// Takes memories into the plain store: decides for each whether it is new, said again, another form of a stored message,
// or barred, and what it replaces.
import { assert } from '../../kit/assert.ts'
import type {
  CaptureOutcome,
  Memory,
  NewMemory,
  NewStatement,
  Pin,
  SupersedeOutcome,
} from '../../model/memory.ts'
import { isSaidLater, sameText, supersededAt, widerPin } from '../capture-rules.ts'
import type { MemoryForgotten } from './forgotten.ts'
import { formsOf, heldStatement, lastSaid } from './forms.ts'
import type { MemoryRows } from './memory-rows.ts'
import type { MemoryBackTaking } from './taking-back.ts'

export interface MemoryCapturing {
  capture(item: NewMemory): CaptureOutcome
  supersede(originalId: string, item: NewStatement): SupersedeOutcome
}

export function createMemoryCapturing(
  rows: MemoryRows,
  forgotten: MemoryForgotten,
  backTaking: MemoryBackTaking,
): MemoryCapturing {
  function captureMessage(item: NewMemory): CaptureOutcome {
    const forms = formsOf(rows.all(), item)
    const newest = forms.at(-1)
    if (newest === undefined) {
      rows.insert(item, item.pin ?? null)
      return { status: 'inserted', id: item.id }
    }
    const pin = item.pin === undefined ? newest.pin : item.pin
    const same = forms.find((form) => form.text === item.text)
    if (same === undefined) return addForm(item, pin, forms, newest)
    const lastTime = Math.max(lastSaid(same), lastSaid(newest))
    if (same === newest || item.saidAt <= lastTime) return { status: 'skipped', id: same.id }
    sayAgain(same, item.saidAt)
    rows.replace(same.id, { pin, supersededBy: null, supersededAt: null })
    rows.touch(same)
    replaceForm(newest, same.id, item)
    if (pin !== null || item.kind !== 'turn') rows.touchStanding()
    return { status: 'reinstated', id: same.id, previousId: newest.id }
  }

  function addForm(
    item: NewMemory,
    pin: Pin | null,
    forms: readonly Memory[],
    newest: Memory,
  ): CaptureOutcome {
    rows.insert(item, pin)
    const later = forms.filter((form) => lastSaid(form) > item.saidAt)
    const [newer] = later.toSorted((a, b) => lastSaid(a) - lastSaid(b))
    if (newer === undefined || !isSaidLater(lastSaid(newest), item)) {
      replaceForm(newest, item.id, item)
      return { status: 'revised', id: item.id, previousId: newest.id }
    }
    rows.replace(item.id, { supersededBy: newer.id, supersededAt: lastSaid(newer) })
    return { status: 'outdated', id: item.id, newestId: newest.id }
  }

  function replaceForm(old: Memory, by: string, item: NewMemory): void {
    if (old.supersededAt !== null) return
    const at = supersededAt({ saidAt: lastSaid(old) }, item)
    rows.replace(old.id, { supersededBy: by, supersededAt: at })
    rows.derived.erase(old.id)
    if (old.pin !== null) rows.touchStanding()
  }

  function captureStatement(item: NewMemory): CaptureOutcome {
    const held = heldStatement(rows.all(), item)
    if (held === undefined) {
      rows.insert(item, item.pin ?? null)
      return { status: 'inserted', id: item.id }
    }
    sayAgain(held, item.saidAt)
    return { status: 'reinforced', id: held.id }
  }

  function sayAgain({ id, saidAt, saidAgain }: Memory, at: number): void {
    const times = new Set([...saidAgain, at])
    times.delete(saidAt)
    rows.replace(id, { saidAgain: [...times].sort((a, b) => a - b) })
  }

  return {
    capture(item) {
      const barred = forgotten.barredBy(item)
      if (barred !== undefined) return { status: 'refused', id: barred }
      if (item.messageId === null) return captureStatement(item)
      const outcome = captureMessage(item)
      backTaking.settleMessage(item)
      return outcome
    },
    supersede(originalId, item) {
      const original = rows.find(originalId)
      if (original === undefined) return { kind: 'unknown' }
      if (original.supersededBy !== null) return { kind: 'already', by: original.supersededBy }
      if (forgotten.barredBy(item) !== undefined) return { kind: 'refused' }
      if (sameText(original.text) === sameText(item.text)) return { kind: 'same' }
      const inherited = item.pin === undefined ? original.pin : item.pin
      const held = heldStatement(rows.all(), item)
      if (held !== undefined) {
        sayAgain(held, item.saidAt)
        rows.setPin(held, widerPin(held.pin, inherited))
      }
      const by = held?.id ?? rows.insert(item, inherited).id
      rows.replace(originalId, { supersededBy: by, supersededAt: supersededAt(original, item) })
      rows.derived.erase(originalId)
      rows.touch(original)
      rows.touchStanding()
      const memory = rows.find(by)
      assert(memory !== undefined, 'what supersedes is stored')
      return { kind: 'superseded', memory }
    },
  }
}
