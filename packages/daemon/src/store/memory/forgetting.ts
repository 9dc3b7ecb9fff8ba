// Erases memories from the plain store, a message with all its forms. What stays is a digest that bars the text from
// coming back; what the erased had superseded holds again.
import { assert } from '../../kit/assert.ts'
import { isTakenBack, type Memory } from '../../model/memory.ts'
import { sessionKey } from '../../model/session.ts'
import type { MemoryForgotten } from './forgotten.ts'
import { formsAmong, formsOf, heldStatement } from './forms.ts'
import type { MemoryRows } from './memory-rows.ts'

/** Returns the ids that are gone, in the order asked; stops when more than `charsMax` characters of text are. */
export type MemoryForgetting = (ids: readonly string[], charsMax: number, bars: boolean) => readonly string[]

export function createMemoryForgetting(rows: MemoryRows, forgotten: MemoryForgotten): MemoryForgetting {
  /** `projectOf`: of each session, as it was before any of it was erased. */
  function erase(id: string, projectOf: ReadonlyMap<string, string>, bars: boolean): void {
    const memory = rows.find(id)
    assert(memory !== undefined, 'what is erased was found')
    if (bars) forgotten.bar(memory, id)
    rows.derived.erase(id)
    const project = projectOf.get(sessionKey(memory))
    if (project !== undefined) rows.derived.touchProject(project)
    rows.touch(memory)
    rows.remove(memory)
    for (const each of rows.all()) if (each.supersededBy === id) reinstate(each, memory)
    rows.sessions.dropEmpty()
    rows.derived.dropSessionless()
    rows.touchStanding()
  }

  /** What `erased` had superseded holds again, unless something else stands in its place. */
  function reinstate(memory: Memory, erased: Memory): void {
    const standing =
      memory.messageId === null ? heldStatement(rows.all(), memory) : formsOf(rows.all(), memory).at(-1)
    const other = standing?.id === memory.id ? null : (standing?.id ?? null)
    const supersededBy = (isTakenBack(erased) ? null : erased.supersededBy) ?? other
    rows.replace(memory.id, { supersededBy, ...(supersededBy === null && { supersededAt: null }) })
    if (supersededBy === null) rows.touch(memory)
  }

  return function forget(ids, charsMax, bars) {
    const projectOf = new Map(rows.sessions.all().map((session) => [sessionKey(session), session.project]))
    let chars = 0
    return ids.flatMap((id) => {
      const forms = chars > charsMax ? [] : formsAmong(rows.all(), id)
      chars += forms.reduce((sum, { text }) => sum + text.length, 0)
      for (const { id: form } of forms) erase(form, projectOf, bars)
      return forms.map((form) => form.id)
    })
  }
}
