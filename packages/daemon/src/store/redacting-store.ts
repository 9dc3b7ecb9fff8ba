// The one door for text: a store that keeps nothing before its secrets are out. Whatever brought a text here (a host, a
// hook, an import, the spool, a tool), what is indexed, digested, compared and hashed is the redacted form, so the same
// turn is the same turn whichever way it comes.
import type { CaptureOutcome, NewMemory } from '../model/memory.ts'
import { globalProject } from '../model/project.ts'
import type { Redaction } from '../text/redaction.ts'
import type { Store } from './store.ts'

export function redactingStore(store: Store, redaction: Redaction): Store {
  return {
    ...store,
    async capture(items, options) {
      const clean = items.map((item) => redacted(item, redaction))
      const outcomes = await store.capture(
        clean.map(({ memory }) => memory),
        options,
      )
      for (const [index, outcome] of outcomes.entries()) {
        if (isNew(outcome)) redaction.count(clean[index]?.kinds ?? [])
      }
      return outcomes
    },
    async supersede(original, replacement) {
      const { memory, kinds } = redacted(replacement, redaction)
      const outcome = await store.supersede(original, memory)
      if (outcome.kind === 'superseded') redaction.count(kinds)
      return outcome
    },
    setProfile(changes) {
      if (changes.identity === undefined) return store.setProfile(changes)
      const { text, kinds } = redaction.redact(changes.identity, globalProject)
      redaction.count(kinds)
      return store.setProfile({ ...changes, identity: text })
    },
  }
}

function redacted<Item extends NewMemory>(item: Item, redaction: Redaction) {
  const text = redaction.redact(item.text, item.project)
  if (item.speaker === null) return { memory: { ...item, text: text.text }, kinds: text.kinds }
  const speaker = redaction.redact(item.speaker, item.project)
  return {
    memory: { ...item, text: text.text, speaker: speaker.text },
    kinds: [...text.kinds, ...speaker.kinds],
  }
}

/** What was there already was counted when it came first. */
function isNew({ status }: CaptureOutcome): boolean {
  return status === 'inserted' || status === 'revised' || status === 'outdated'
}
