// The one door for text: a store that keeps nothing before its secrets are out. Whatever brought a text here (a host, a
// hook, an import, the spool, a tool), what is indexed, digested, compared and hashed is the redacted form, so the same
// turn is the same turn whichever way it comes. Of what is private as a whole nothing is kept.
import { setImmediate } from 'node:timers/promises'
import { assert } from '../kit/assert.ts'
import { limits } from '../kit/limits.ts'
import type { CaptureOutcome, NewMemory } from '../model/memory.ts'
import { globalProject } from '../model/project.ts'
import { endWithPauses, isAllPrivate, type Redaction } from '../text/redaction.ts'
import type { Store } from './store.ts'

export function redactingStore(store: Store, redaction: Redaction): Store {
  /** One text may hold megabytes: others get their turn between its steps. */
  async function redacted<Item extends NewMemory>(item: Item): Promise<Item> {
    const text = await endWithPauses(redaction.redactInSteps(item.text, item.project), setImmediate)
    const speaker = item.speaker === null ? null : redaction.redact(item.speaker, item.project)
    return { ...item, text, speaker }
  }

  /** So may a batch of short ones. */
  async function allRedacted(items: readonly NewMemory[]): Promise<NewMemory[]> {
    const clean: NewMemory[] = []
    let chars = 0
    for (const item of items) {
      clean.push(await redacted(item))
      chars += item.text.length
      if (chars < limits.redactionPauseCharsMax) continue
      chars = 0
      await setImmediate()
    }
    return clean
  }

  async function count(...texts: readonly (string | null)[]): Promise<void> {
    for (const text of texts) if (text !== null) await endWithPauses(redaction.count(text), setImmediate)
  }

  return {
    ...store,
    async capture(items, options) {
      const clean = await allRedacted(items)
      const stored = (await store.capture(clean.filter(saysSomething), options)).values()
      const outcomes = clean.map((item) =>
        saysSomething(item) ? nextOf(stored) : ({ status: 'withheld', id: item.id } as const),
      )
      const news = clean.filter((_, at) => isNew(outcomes[at]))
      await count(...news.flatMap(({ text, speaker }) => [text, speaker]))
      return outcomes
    },
    async supersede(original, replacement) {
      const clean = await redacted(replacement)
      if (!saysSomething(clean)) return { kind: 'withheld' }
      const outcome = await store.supersede(original, clean)
      if (outcome.kind === 'superseded') await count(clean.text, clean.speaker)
      return outcome
    },
    async renameProject(key, name) {
      const clean = redaction.redact(name, key)
      const renamed = await store.renameProject(key, clean)
      if (renamed) await count(clean)
      return renamed
    },
    async setProfile(changes) {
      if (changes.identity === undefined) return store.setProfile(changes)
      const clean = redaction.redact(changes.identity, globalProject)
      const identity = isAllPrivate(clean) ? '' : clean
      const profile = await store.setProfile({ ...changes, identity })
      await count(identity)
      return profile
    },
  }
}

/** What was there already was counted when it came first. */
function isNew(outcome: CaptureOutcome | undefined): boolean {
  const status = outcome?.status
  return status === 'inserted' || status === 'revised' || status === 'outdated' || status === 'withheld'
}

/** A mark in a text says what was left out of it; a mark alone says nothing, and is not what the user asked for. */
function saysSomething({ text }: NewMemory): boolean {
  return !isAllPrivate(text)
}

function nextOf(outcomes: Iterator<CaptureOutcome>): CaptureOutcome {
  const { value } = outcomes.next()
  assert(value !== undefined, 'a store answers one outcome per item')
  return value
}
