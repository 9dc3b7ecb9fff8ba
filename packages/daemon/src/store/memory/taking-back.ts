// What hosts took back, in the plain store: kept by message ids; the marks of the memories follow from it.
import { isTakenBack, type Memory, type NewMemory, type SaidIn } from '../../model/memory.ts'
import { sessionKey } from '../../model/session.ts'
import { messageOfPart } from '../capture-rules.ts'
import type { TakenBack, TakingBack } from '../store.ts'
import type { MemoryForgotten } from './forgotten.ts'
import { formsOf, lastSaid } from './forms.ts'
import type { MemoryRows } from './memory-rows.ts'

interface Kept {
  readonly messages: ReadonlySet<string>
  readonly from: string | null
}

const nothing: Kept = { messages: new Set(), from: null }

export interface MemoryBackTaking {
  take(session: SaidIn, what: TakingBack, at: number): TakenBack
  /** Call when a form of a message came in. */
  settleMessage(item: NewMemory): void
  drop(session: SaidIn): void
  /** Returns what brings the present state back. */
  save(): () => void
}

export function createMemoryBackTaking(rows: MemoryRows, forgotten: MemoryForgotten): MemoryBackTaking {
  let kept: ReadonlyMap<string, Kept> = new Map()

  function isMeant(said: SaidIn, messageId: string): boolean {
    const { messages, from } = kept.get(sessionKey(said)) ?? nothing
    if (from !== null && from <= messageId) return true
    return messages.has(messageId) || messages.has(messageOfPart(messageId))
  }

  function retire(memory: Memory, at: number): void {
    rows.replace(memory.id, { supersededBy: memory.id, supersededAt: at })
    rows.derived.erase(memory.id)
    rows.touch(memory)
  }

  function standAgain(memory: Memory): void {
    const newest = formsOf(rows.all(), memory).at(-1)
    const isNewest = newest === undefined || newest.id === memory.id
    const marks = isNewest
      ? { supersededBy: null, supersededAt: null }
      : { supersededBy: newest.id, supersededAt: lastSaid(newest) }
    rows.replace(memory.id, marks)
    rows.touch(memory)
  }

  return {
    take(said, { messages = [], restored = [], from }, at) {
      if (forgotten.isSessionBarred(said)) return { taken: 0, standing: 0 }
      const before = kept.get(sessionKey(said)) ?? nothing
      const gone = new Set(restored)
      const left = [...before.messages].filter((id) => !gone.has(id))
      const now = { messages: new Set([...left, ...messages]), from: from === undefined ? before.from : from }
      kept = new Map([...kept, [sessionKey(said), now]])
      const changed = { taken: 0, standing: 0 }
      for (const memory of rows.all()) {
        const { messageId, supersededAt } = memory
        if (sessionKey(memory) !== sessionKey(said) || messageId === null) continue
        if (supersededAt !== null && !isTakenBack(memory)) continue
        const isTaken = isMeant(said, messageId)
        if (isTaken === (supersededAt !== null)) continue
        if (isTaken) retire(memory, Math.max(at, memory.saidAt))
        else standAgain(memory)
        changed[isTaken ? 'taken' : 'standing'] += 1
      }
      if (changed.taken + changed.standing > 0) rows.touchStanding()
      return changed
    },
    settleMessage(item) {
      if (item.messageId === null || !isMeant(item, item.messageId)) return
      const newest = formsOf(rows.all(), item).at(-1)
      if (newest?.supersededAt === null) retire(newest, lastSaid(newest))
    },
    drop(said) {
      kept = new Map([...kept].filter(([key]) => key !== sessionKey(said)))
    },
    save() {
      const before = kept
      return () => {
        kept = before
      }
    },
  }
}
