// The one door for text: a store that keeps nothing before its secrets are out. Whatever brought a text here (a host, a
// hook, an import, the spool, a tool), what is indexed, digested, compared and hashed is the redacted form, so the same
// turn is the same turn whichever way it comes.
import { setImmediate } from 'node:timers/promises'
import { limits } from '../kit/limits.ts'
import type { CaptureOutcome, NewMemory } from '../model/memory.ts'
import { globalProject } from '../model/project.ts'
import type { Redaction } from '../text/redaction.ts'
import type { Store } from './store.ts'

export function redactingStore(store: Store, redaction: Redaction): Store {
  function redacted<Item extends NewMemory>(item: Item): Item {
    const clean = (text: string): string => redaction.redact(text, item.project)
    return { ...item, text: clean(item.text), speaker: item.speaker === null ? null : clean(item.speaker) }
  }

  /** A batch may hold megabytes: others get their turn in between. */
  async function redactedInSteps(items: readonly NewMemory[]): Promise<NewMemory[]> {
    const clean: NewMemory[] = []
    let chars = 0
    for (const item of items) {
      clean.push(redacted(item))
      chars += item.text.length
      if (chars < limits.redactionStepCharsMax) continue
      chars = 0
      await setImmediate()
    }
    return clean
  }

  function count({ text, speaker }: NewMemory): void {
    redaction.count(text)
    if (speaker !== null) redaction.count(speaker)
  }

  return {
    ...store,
    async capture(items, options) {
      const clean = await redactedInSteps(items)
      const outcomes = await store.capture(clean, options)
      for (const [index, item] of clean.entries()) if (isNew(outcomes[index])) count(item)
      return outcomes
    },
    async supersede(original, replacement) {
      const clean = redacted(replacement)
      const outcome = await store.supersede(original, clean)
      if (outcome.kind === 'superseded') count(clean)
      return outcome
    },
    async renameProject(key, name) {
      const clean = redaction.redact(name, key)
      const renamed = await store.renameProject(key, clean)
      if (renamed) redaction.count(clean)
      return renamed
    },
    async setProfile(changes) {
      if (changes.identity === undefined) return store.setProfile(changes)
      const identity = redaction.redact(changes.identity, globalProject)
      const profile = await store.setProfile({ ...changes, identity })
      redaction.count(identity)
      return profile
    },
  }
}

/** What was there already was counted when it came first. */
function isNew(outcome: CaptureOutcome | undefined): boolean {
  const status = outcome?.status
  return status === 'inserted' || status === 'revised' || status === 'outdated'
}
