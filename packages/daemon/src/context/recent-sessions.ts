// The recent sessions of a project as a context shows them: some turns of each, and what it came to. A session start
// does not wait for consolidation: the newest sessions that it has not digested are digested here, if that is cheap.
import type { SessionExtract } from '../consolidation/derived.ts'
import { digestSession } from '../consolidation/extract.ts'
import { extractOf } from '../consolidation/rows.ts'
import { limits } from '../kit/limits.ts'
import type { Memory } from '../model/memory.ts'
import { type Session, sessionKey } from '../model/session.ts'
import { turnsOfSession } from '../store/filter.ts'
import type { Store } from '../store/store.ts'

export interface SessionMaterial {
  readonly session: Session
  /** The session's last turns, oldest first. */
  readonly turns: readonly Memory[]
  /** What it came to; null while nobody has digested it. */
  readonly extract: SessionOutcome | null
}

export interface SessionOutcome extends Pick<SessionExtract, 'digest' | 'left'> {
  /** What it left open was compared with later sessions. */
  readonly isCompared: boolean
}

export async function recentSessions(
  store: Store,
  { project, sessionId, asOf }: { project: string; sessionId: string; asOf: number },
): Promise<readonly SessionMaterial[]> {
  const sessions = await candidates(store, { project, sessionId, asOf })
  // Asked for together: after a start each round to the reader waits behind the codes that are being loaded.
  const [rows, turns] = await Promise.all([
    store.derivedRows(sessions.map((session) => ({ kind: 'extract', id: sessionKey(session) }))),
    Promise.all(sessions.map(async (session) => ({ session, ...(await turnsOf(store, session, asOf)) }))),
  ])
  const kept = new Map(rows.map((row) => [row.id, row]))
  const recent = turns
    .filter(({ turns }) => turns.length > 0)
    .toSorted((a, b) => lastSaidAt(b) - lastSaidAt(a))
  const read = recent.slice(0, limits.contextSessionsMax).map((material) => {
    const row = kept.get(sessionKey(material.session))
    const extract = row === undefined ? null : extractOf(row)
    const isThis = extract !== null && isOf(extract, material.session, asOf)
    return { ...material, extract: isThis ? { ...extract, isCompared: true } : null }
  })
  return digestNewest(read)
}

/**
 * The sessions that were last active before `asOf`, and those that went on since: among which of them these belong, only
 * their turns tell. The same sessions come back at any later time, unless more than twice as many as are shown went on.
 */
async function candidates(
  store: Store,
  { project, sessionId, asOf }: { project: string; sessionId: string; asOf: number },
): Promise<readonly Session[]> {
  const limit = 2 * limits.contextSessionsMax + 1
  const found = await store.recentSessions({ project, startedBefore: asOf, limit })
  const others = found.filter((each) => each.session !== sessionId)
  const wentOn = others.filter(({ lastAt }) => lastAt >= asOf)
  const ended = others.filter(({ lastAt }) => lastAt < asOf)
  return [...wentOn, ...ended.slice(0, limits.contextSessionsMax)]
}

function lastSaidAt({ turns }: Pick<SessionMaterial, 'turns'>): number {
  return turns.at(-1)?.saidAt ?? 0
}

/** Made from the session as it was at `asOf`. */
function isOf(extract: SessionExtract, session: Session, asOf: number): boolean {
  return extract.lastAt === session.lastAt && extract.turnCount === session.turnCount && session.lastAt < asOf
}

interface ReadSession extends SessionMaterial {
  /** `turns` are all there are. */
  readonly isWhole: boolean
}

async function turnsOf(
  store: Store,
  session: Session,
  asOf: number,
): Promise<Pick<ReadSession, 'turns' | 'isWhole'>> {
  const filter = { ...turnsOfSession(session), until: asOf }
  const limit = limits.contextTurnsMax
  const charsMax = limits.contextSessionCharsMax
  const newestFirst = await store.list(filter, { limit, order: 'newest', charsMax })
  const chars = newestFirst.reduce((sum, turn) => sum + turn.text.length, 0)
  return { turns: newestFirst.toReversed(), isWhole: newestFirst.length < limit && chars <= charsMax }
}

/** Digests the newest sessions that were read whole, as far as the time for it reaches; it is counted in characters. */
function digestNewest(read: readonly ReadSession[]): readonly SessionMaterial[] {
  let room = limits.contextDigestCharsMax
  return read.map(({ isWhole, ...material }) => {
    const chars = material.turns.reduce((sum, turn) => sum + turn.text.length, 0)
    if (material.extract !== null || !isWhole || chars > room) return material
    room -= chars
    return { ...material, extract: { ...digestSession(material), isCompared: false } }
  })
}
