// A forked Claude Code session begins with copies of its origin's lines: same uuid, but the fork's session id. Copied
// answers name their origin (`requestSessionId`), copied prompts do not; a prompt belongs where its answer belongs. So
// prompts are held back until the next answer shows whose they are. Copies end up as the origin's own turns, under the
// same ids: importing both files keeps each turn once, and a fork that outlived its origin still keeps all of them.
import type { HistoryItem, HistoryTurn } from './source.ts'

interface Held {
  readonly turn: HistoryTurn
  readonly resumeAt: number
}

/** Prompts in a row, without an answer between them, that are held back at most. */
const heldPromptsMax = 64

/** `items` of one transcript, read from offset `from`. */
export async function* attributeCopies(
  items: AsyncIterable<HistoryItem>,
  from: number,
): AsyncGenerator<HistoryItem> {
  let held: Held[] = []
  let passed = from
  /** Where reading could go on if it stopped now: never behind a prompt that is held. */
  let safe = from
  for await (const item of items) {
    if (item.kind === 'turn' && item.turn.role === 'user') {
      if (held.length === 0) safe = passed
      held.push(item)
      if (held.length > heldPromptsMax) {
        yield* released(held, null)
        held = []
      }
    } else if (item.kind === 'turn') {
      yield* released(held, item.turn.session_id)
      held = []
      yield item
    } else yield held.length === 0 ? item : { ...item, resumeAt: safe }
    passed = item.resumeAt
  }
  yield* released(held, null)
}

function* released(held: readonly Held[], session: string | null): Generator<HistoryItem> {
  for (const { turn, resumeAt } of held) {
    yield { kind: 'turn', turn: session === null ? turn : { ...turn, session_id: session }, resumeAt }
  }
}
