// Which words of a Claude Code transcript stand on a branch that was left: after a rewind (Esc twice) the next prompt has
// the same parent as the one it replaces, and the file keeps both. Only a prompt that was replaced by another one ends a
// branch: tool calls that ran side by side fork the chain too, and nothing of them was taken back. Pure.
import { type JsonObject, stringIn } from './json-value.ts'
import type { HistoryTurn } from './source.ts'

interface Line {
  readonly parent: string | null
  /** Said or done in the conversation; the others (attachments, records of the host) only hold the chain together. */
  readonly isSaid: boolean
  turn: HistoryTurn | null
}

export interface Branches {
  /** Takes note of a line, in the order of the file. */
  line(line: JsonObject): void
  /** Takes note of the turn that a line was, with the session it belongs to. */
  turn(turn: HistoryTurn): void
  /** The turns that were left, and those of branches that were left once and are gone on with. */
  left(): { readonly left: readonly HistoryTurn[]; readonly resumed: readonly HistoryTurn[] }
}

/** No line's id: of what it cannot be told what it follows. */
const unknown = '?'

/**
 * The id of the line that `line` follows; null at the beginning, which a line has to say of itself. After a compaction the
 * chain goes on under another name.
 */
export function parentOf(line: JsonObject): string | null {
  const parent = stringIn(line.parentUuid) ?? stringIn(line.logicalParentUuid)
  if (parent !== undefined) return parent
  return line.parentUuid === null && line.type !== 'system' ? null : unknown
}

export function createBranches(): Branches {
  /** In the order of the file. */
  const lines = new Map<string, Line>()
  let leaf: string | null = null

  function* upFrom(id: string | null): Generator<[id: string, line: Line]> {
    const seen = new Set<string>()
    for (let at = id; at !== null && !seen.has(at); ) {
      const line = lines.get(at)
      if (line === undefined) return
      yield [at, line]
      seen.add(at)
      at = line.parent
    }
  }

  /**
   * The line that a prompt was said after, or the first one, when nothing had been said: a session that is resumed may
   * begin anew. Null when the chain is broken and nothing can be told.
   */
  function anchorOf({ parent }: Line): string | null {
    let [first, last] = ['', parent]
    for (const [id, line] of upFrom(parent)) {
      if (line.isSaid) return id
      first = id
      last = line.parent
    }
    return last === null ? first : null
  }

  const isPrompt = ({ turn }: Line): boolean => turn?.role === 'user'

  /** Prompts that stand, by what they were said after and by whose session it is. */
  function standingPrompts(
    path: ReadonlySet<string>,
  ): ReadonlyMap<string, { readonly place: number; readonly id: string }> {
    const standing = new Map<string, { place: number; id: string }>()
    for (const [place, [id, line]] of [...lines].entries()) {
      const key = isPrompt(line) && path.has(id) ? keyOf(line) : null
      if (key !== null) standing.set(key, { place, id })
    }
    return standing
  }

  /** A fork's copies belong to their origin, and what is undone in the fork is not undone there. */
  function keyOf(line: Line): string | null {
    const anchor = anchorOf(line)
    return anchor === null || line.turn === null ? null : JSON.stringify([line.turn.session_id, anchor])
  }

  function below(roots: ReadonlySet<string>): readonly HistoryTurn[] {
    const found = new Set(roots)
    const turns: HistoryTurn[] = []
    for (const [id, { parent, turn }] of lines) {
      if (parent !== null && found.has(parent)) found.add(id)
      if (found.has(id) && turn !== null) turns.push(turn)
    }
    return turns
  }

  return {
    line(line) {
      const id = stringIn(line.uuid)
      if (id === undefined || line.isSidechain === true || lines.has(id)) return
      const isSaid = (line.type === 'user' || line.type === 'assistant') && line.isMeta !== true
      lines.set(id, { parent: parentOf(line), isSaid, turn: null })
      if (isSaid) leaf = id
    },
    turn(turn) {
      const line = lines.get(turn.message_id)
      if (line !== undefined) line.turn = turn
    },
    left() {
      const path = new Set([...upFrom(leaf)].map(([id]) => id))
      const standing = standingPrompts(path)
      const [left, resumed] = [new Set<string>(), new Set<string>()]
      for (const [place, [id, line]] of [...lines].entries()) {
        const key = isPrompt(line) && !path.has(id) ? keyOf(line) : null
        const instead = key === null ? undefined : standing.get(key)
        if (instead === undefined) continue
        left.add(id)
        if (instead.place < place) resumed.add(instead.id)
      }
      const gone = below(left)
      const goneIds = new Set(gone.map(({ message_id }) => message_id))
      return { left: gone, resumed: below(resumed).filter(({ message_id }) => !goneIds.has(message_id)) }
    },
  }
}
