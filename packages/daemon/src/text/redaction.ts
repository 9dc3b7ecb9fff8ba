// Secrets and private spans on their way into the memory. The rules live in the client package, because what is spooled
// is redacted by the same ones; here they are chosen by project and what they found is counted. The only door is
// store/redacting-store.ts.
import { createRedactFor, type RedactionSettings } from '../../../client/src/redaction/settings.ts'

export {
  noSettings,
  parseSettings,
  type RedactionSettings,
} from '../../../client/src/redaction/settings.ts'

export interface Redaction {
  /** The text as it may be kept in `project`, and the kinds of what was taken out of it. */
  redact(text: string, project: string): { readonly text: string; readonly kinds: readonly string[] }
  /** Adds to the counts. */
  count(kinds: readonly string[]): void
  /** What was kept out since this was made, by kind, the most frequent first. */
  counts(): Readonly<Record<string, number>>
}

export function createRedaction(settings: RedactionSettings): Redaction {
  const redactFor = createRedactFor(settings)
  const counted = new Map<string, number>()
  return {
    redact: (text, project) => redactFor(project)(text),
    count(kinds) {
      for (const kind of kinds) counted.set(kind, (counted.get(kind) ?? 0) + 1)
    },
    counts: () => Object.fromEntries([...counted].sort(([, one], [, other]) => other - one)),
  }
}

/** Tells every form in which a text may be stored under these settings; its project need not be known. */
export function createStoredForms(settings: RedactionSettings): (text: string) => readonly string[] {
  const redactFor = createRedactFor(settings)
  const projects = [projectWithoutSettings, ...settings.projects.keys()]
  return (text) => [...new Set(projects.map((project) => redactFor(project)(text).text))]
}

/** No project has this key. */
const projectWithoutSettings = ''
