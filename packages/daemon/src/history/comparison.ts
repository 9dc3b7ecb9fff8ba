// Compares turns with what is stored, by message id and content hash, and counts the verdicts of each session. What was
// forgotten on request is no gap. Names the gaps and hands the missing turns to `onMissing`, which can take them in.
import { createHash } from 'node:crypto'
import { contentHash } from '../kit/content-hash.ts'
import { limits } from '../kit/limits.ts'
import type { HistoryTurn } from './source.ts'

/** What the store holds of a session: one entry for each stored turn, superseded ones too. */
export interface StoredTurn {
  readonly message_id: string
  /** contentHash of the text */
  readonly hash: string
}

export interface ComparisonOptions {
  stored(client: string, sessionId: string): AsyncIterable<StoredTurn>
  /** Every form in which the store may keep a text: without its secrets. Asked only when the text itself is not held. */
  storedForms?: ((text: string) => readonly string[]) | undefined
  /** Those of the turns whose text was forgotten on request. Asked only about turns that are not held. */
  forgotten?: ((turns: readonly HistoryTurn[]) => Promise<ReadonlySet<HistoryTurn>>) | undefined
  /** Each turn that is on disk and not stored with this text, once. */
  readonly onMissing?: ((turn: HistoryTurn) => Promise<void>) | undefined
}

export interface SessionVerdict {
  readonly client: string
  readonly session_id: string
  readonly on_disk: number
  readonly stored: number
  /** Not stored, because their text was forgotten on request. */
  readonly forgotten: number
  /** Message ids that are not stored at all, the first limits.verifyGapsListedMax of `missing`. */
  readonly gaps: readonly string[]
  readonly missing: number
  /** Stored under the same message id, with another text. */
  readonly differing: number
}

export interface Comparison {
  compare(turn: HistoryTurn): Promise<void>
  /** Judges the turns that still wait. */
  settle(): Promise<void>
  verdicts(): readonly SessionVerdict[]
}

type Counting = { -readonly [Key in keyof SessionVerdict]: SessionVerdict[Key] } & { gaps: string[] }

interface NotHeld {
  readonly turn: HistoryTurn
  readonly verdict: Counting
  readonly differs: boolean
}

export function createComparison({
  stored,
  storedForms = () => [],
  forgotten = async () => new Set(),
  onMissing,
}: ComparisonOptions): Comparison {
  const sessions = new Map<string, Counting>()
  const storedOf = createStoredHashes(stored)
  /** 22 characters for every turn met: a fork repeats turns of its origin in another file, and they count once. */
  const met = new Set<string>()
  let notHeld: NotHeld[] = []

  async function settle(): Promise<void> {
    if (notHeld.length === 0) return
    const judged = notHeld
    notHeld = []
    const barred = await forgotten(judged.map(({ turn }) => turn))
    for (const { turn, verdict, differs } of judged) {
      if (barred.has(turn)) {
        verdict.forgotten += 1
        continue
      }
      if (differs) verdict.differing += 1
      else {
        verdict.missing += 1
        if (verdict.gaps.length < limits.verifyGapsListedMax) verdict.gaps.push(turn.message_id)
      }
      await onMissing?.(turn)
    }
  }

  return {
    settle,
    verdicts: () => [...sessions.values()],
    async compare(turn) {
      const { client, session_id, message_id, text } = turn
      const key = JSON.stringify([client, session_id])
      const turnKey = createHash('sha256').update(`${key}${message_id}`).digest('base64').slice(0, 22)
      if (met.has(turnKey)) return
      met.add(turnKey)
      const verdict = sessions.get(key) ?? emptyVerdict(client, session_id)
      sessions.set(key, verdict)
      verdict.on_disk += 1
      const hashes = (await storedOf(key, client, session_id)).get(message_id)
      const isHeld = (form: string): boolean => hashes?.has(contentHash(form)) === true
      if (isHeld(text) || (hashes !== undefined && storedForms(text).some(isHeld))) {
        verdict.stored += 1
        return
      }
      notHeld.push({ turn, verdict, differs: hashes !== undefined })
      if (notHeld.length >= limits.verifyAskedTurnsMax) await settle()
    },
  }
}

function emptyVerdict(client: string, session_id: string): Counting {
  return { client, session_id, on_disk: 0, stored: 0, forgotten: 0, gaps: [], missing: 0, differing: 0 }
}

type StoredHashes = (
  key: string,
  client: string,
  session: string,
) => Promise<ReadonlyMap<string, ReadonlySet<string>>>

/** Stored hashes by message id; those of the sessions met last are kept. `key` names the session. */
function createStoredHashes(stored: ComparisonOptions['stored']): StoredHashes {
  const held = new Map<string, ReadonlyMap<string, ReadonlySet<string>>>()
  return async function storedOf(key, client, session) {
    const known = held.get(key)
    if (known !== undefined) return known
    const hashes = new Map<string, Set<string>>()
    for await (const { message_id, hash } of stored(client, session)) {
      const sameMessage = hashes.get(message_id)
      if (sameMessage === undefined) hashes.set(message_id, new Set([hash]))
      else sameMessage.add(hash)
    }
    const [oldest] = held.keys()
    if (held.size >= limits.verifySessionsHeldMax && oldest !== undefined) held.delete(oldest)
    held.set(key, hashes)
    return hashes
  }
}
