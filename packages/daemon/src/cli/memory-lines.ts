// How a memory looks on a terminal: when, who, where from; the text; its id.
import { type Pin, type Role, type Trust, usualTrust } from '../model/memory.ts'
import { isoMinute } from '../text/dates.ts'
import { bold, dim, indented, type Line, nameText } from './output.ts'

export interface ShownMemory {
  readonly id: string
  readonly text: string
  readonly role: string
  readonly said_at: string
  readonly client: string
  readonly project: string
  readonly session: string
  /** 'pinned', 'superseded on …' and the like */
  readonly marks: readonly string[]
}

/** `notes` stand between the text and its id. */
export function memoryLines(memory: ShownMemory, notes: readonly Line[] = []): Line[] {
  const { role, client, project, session, marks } = memory
  const origin = [client, project, ...(session === '-' ? [] : [session])].join(' · ')
  const marked = marks.length === 0 ? '' : `  [${marks.join(', ')}]`
  return [
    [bold(minute(memory.said_at)), `  ${role}  `, dim(nameText(origin)), marked],
    [indented(memory.text)],
    ...notes,
    [dim(`  ${memory.id}`)],
    [],
  ]
}

/** `2026-11-22 14:05` of an ISO time. */
export function minute(iso: string): string {
  const ms = Date.parse(iso)
  return Number.isNaN(ms) ? iso : isoMinute(ms)
}

export interface ViewFields {
  readonly id: string
  readonly text: string
  readonly role: Role
  readonly trust: Trust
  readonly said_at: string
  readonly client: string
  readonly project: string
  readonly session_id: string
  readonly pin: Pin | null
  readonly superseded_at: string | null
  readonly superseded_by?: string | null
  readonly said_again: readonly string[]
}

const pinWords: Readonly<Record<Pin, string>> = {
  project: 'pinned',
  global: 'pinned everywhere',
  agent: 'pinned by an agent',
}

/** The lines of a memory as the operations return it (operations/memory-view.ts). */
export function viewLines(view: ViewFields): Line[] {
  const marks = [
    // What an assistant hands in as the user's, or as a note, stays its own word.
    ...(view.trust === usualTrust[view.role] ? [] : [`from the ${view.trust}`]),
    ...(view.pin === null ? [] : [pinWords[view.pin]]),
    ...(view.superseded_at === null
      ? []
      : [`${view.superseded_by === null ? 'taken back' : 'superseded'} ${minute(view.superseded_at)}`]),
    ...(view.said_again.length === 0 ? [] : [`said ${view.said_again.length + 1} times`]),
  ]
  return memoryLines({ ...view, session: view.session_id, marks })
}
