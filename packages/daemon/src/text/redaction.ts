// Secrets and private spans on their way into the memory. The rules live in the client package, because what is spooled
// is redacted by the same ones; here they are chosen by project and what they found is counted. The only door is
// store/redacting-store.ts.

import { createRedactFor, type RedactionSettings } from '../../../client/src/redaction/settings.ts'
import { marksIn, spansPerStep } from '../../../client/src/redaction/spans.ts'
import type { Steps } from '../../../client/src/redaction/steps.ts'
import { limits } from '../kit/limits.ts'
import { ownString } from '../kit/recent-map.ts'

export { isAllPrivate } from '../../../client/src/redaction/private-spans.ts'
export {
  noSettings,
  parseSettings,
  type RedactionSettings,
} from '../../../client/src/redaction/settings.ts'

export { endWithPauses } from '../../../client/src/redaction/steps.ts'

export interface Redaction {
  /** The text as it may be kept in `project`. */
  redact(text: string, project: string): string
  /** The same for a text that may be long. */
  redactInSteps(text: string, project: string): Steps<string>
  /** Adds what is marked in a text that is kept now, by whomever it was marked: a client that spooled it did so too. */
  count(text: string): Steps<void>
  /** How much was kept out since this was made, by kind, the most frequent first. */
  counts(): Readonly<Record<string, number>>
}

export function createRedaction(settings: RedactionSettings): Redaction {
  const redactFor = createRedactFor(settings)
  const counted = new Map<string, number>()
  return {
    redact: (text, project) => redactFor(project)(text).text,
    *redactInSteps(text, project) {
      return (yield* redactFor(project).inSteps(text)).text
    },
    *count(text) {
      let seen = 0
      for (const { kind } of marksIn(text)) {
        seen += 1
        if (seen % spansPerStep === 0) yield
        // A text may say anything in a mark's form: neither so many kinds nor the text itself is held for it.
        const isRoom = counted.has(kind) || counted.size < limits.redactionKindsCountedMax
        const name = isRoom ? ownString(kind) : otherKind
        counted.set(name, (counted.get(name) ?? 0) + 1)
      }
    },
    counts: () => Object.fromEntries([...counted].sort(([, one], [, other]) => other - one)),
  }
}

const otherKind = 'other'

/** Tells every form in which a text may be stored under these settings; its project need not be known. */
export function createStoredForms(settings: RedactionSettings): (text: string) => readonly string[] {
  const redactFor = createRedactFor(settings)
  const projects = [projectWithoutSettings, ...settings.projects.keys()]
  return (text) => [...new Set(projects.map((project) => redactFor(project)(text).text))]
}

/** No project has this key. */
const projectWithoutSettings = ''
