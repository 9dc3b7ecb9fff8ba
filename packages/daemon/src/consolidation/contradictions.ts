// Finds statements that cannot both hold: the same thing with another value later on. Only what says in words that it
// changed is marked explicit; the rest is a proposal for the user. Pure; in doubt two statements are two facts.
import type { Trust } from '../model/memory.ts'
import type { Assertion, Attribute } from './assertions.ts'
import { shareOf } from './content-terms.ts'
import { compareTexts, type Saying, sayingOf } from './quotation.ts'

export interface Contradiction {
  readonly older: Saying
  readonly newer: Saying
  /** What is given another value; 'proposed': an agent would say `newer` in place of what is not its to replace. */
  readonly attribute: Attribute | 'proposed'
  /** Content terms of what both are about, joined by a blank. */
  readonly subject: string
  readonly oldValue: string
  /** null when the newer statement only takes the old value back */
  readonly newValue: string | null
  /** The newer statement says itself that the older one no longer holds, and may: its word weighs as much. */
  readonly explicit: boolean
}

/** Assertions of one thing with one value: they fall together. */
interface Held {
  readonly assertions: Assertion[]
  readonly key: string
}

/** Contradictions among the assertions of one project; each older assertion is contradicted by the first later one only. */
export function contradictionsAmong(assertions: readonly Assertion[]): Contradiction[] {
  const inOrder = [...assertions].sort(
    (a, b) => a.saidAt - b.saidAt || compareTexts(a.memoryId, b.memoryId) || a.start - b.start,
  )
  const holding = createHolding()
  const found: Contradiction[] = []
  for (const newer of inOrder) {
    for (const held of holding.near(newer)) {
      const [first] = held.assertions
      if (first === undefined || !contradicts(newer, first)) continue
      found.push(...held.assertions.map((older) => contradiction(newer, older)))
      holding.drop(held)
    }
    if (newer.value !== null) holding.add(newer)
  }
  return found
}

/** What holds so far, found by a shared term or by value, so that a long history is not compared pair by pair. */
function createHolding(): {
  near(assertion: Assertion): Held[]
  add(assertion: Assertion): void
  drop(held: Held): void
} {
  const byKey = new Map<string, Held>()
  const keysByHook = new Map<string, Set<string>>()
  const hooksOf = ({ attribute, subject, value }: Assertion): string[] => [
    ...subject.map((term) => `${attribute} about ${term}`),
    `${attribute} of ${value}`,
  ]
  const reach = (assertion: Assertion): string[] =>
    assertion.formerValue === null
      ? hooksOf(assertion)
      : [`${assertion.attribute} of ${assertion.formerValue}`]
  return {
    near: (assertion) => {
      const keys = new Set(reach(assertion).flatMap((hook) => [...(keysByHook.get(hook) ?? [])]))
      return [...keys].flatMap((key) => byKey.get(key) ?? [])
    },
    add: (assertion) => {
      const key = JSON.stringify([assertion.attribute, assertion.subject, assertion.value])
      const held = byKey.get(key) ?? { key, assertions: [] }
      held.assertions.push(assertion)
      byKey.set(key, held)
      for (const hook of hooksOf(assertion)) {
        const keys = keysByHook.get(hook) ?? new Set()
        keysByHook.set(hook, keys.add(key))
      }
    },
    drop: ({ key, assertions }) => {
      byKey.delete(key)
      const [first] = assertions
      for (const hook of first === undefined ? [] : hooksOf(first)) keysByHook.get(hook)?.delete(key)
    },
  }
}

function contradicts(newer: Assertion, older: Assertion): boolean {
  if (older.value === null || older.value === newer.value) return false
  if (newer.formerValue !== null) {
    return newer.formerValue === older.value && isRelated(newer.subject, older.subject)
  }
  return isSameSubject(newer.subject, older.subject)
}

/** The old value is named, so the subjects need only not be about different things. */
function isRelated(newer: readonly string[], older: readonly string[]): boolean {
  return newer.length === 0 || older.length === 0 || shareOf(newer, older) > 0
}

/** The same terms, or one term more on one side of at least two shared ones. */
function isSameSubject(a: readonly string[], b: readonly string[]): boolean {
  const [small, large] = a.length <= b.length ? [a, b] : [b, a]
  if (small.length === 0 || shareOf(small, large) < 1) return false
  return large.length === small.length || (large.length === small.length + 1 && small.length >= 2)
}

const weight: Record<Trust, number> = { user: 2, assistant: 1, tool: 0 }

function contradiction(newer: Assertion, older: Assertion): Contradiction {
  return {
    older: sayingOf(older),
    newer: sayingOf(newer),
    attribute: newer.attribute,
    subject: older.subject.join(' '),
    oldValue: older.value ?? '',
    newValue: newer.value,
    explicit: newer.saysChanged && weight[newer.trust] >= weight[older.trust],
  }
}
