// The lines a session context can hold, each with its origin: identity, standing memories, sessions, episodes.
// Pure; one memory is offered once, to the layer where it says most.
import { limits } from '../kit/limits.ts'
import type { Memory } from '../model/memory.ts'
import { isoDay, isoMinute } from '../text/dates.ts'
import { rememberedLine, rememberedLines, rememberedQuote } from '../text/remembered.ts'
import { cutToTokens } from '../text/tokens.ts'
import type { ContextMaterial, SessionMaterial } from './material.ts'

export interface ContextLines {
  readonly identity: readonly string[]
  readonly standing: readonly string[]
  readonly sessions: readonly string[]
  /** Best first; `at` puts the chosen ones back into the order in which they were said. */
  readonly episodes: readonly { readonly text: string; readonly at: number }[]
}

export function contextLines(material: ContextMaterial): ContextLines {
  const shown = new Set<string>()
  const once = (memories: readonly Memory[]): Memory[] =>
    memories.filter((memory) => {
      const key = memory.text.trim().toLowerCase()
      if (memory.supersededBy !== null || memory.trust === 'tool' || shown.has(key)) return false
      shown.add(key)
      return true
    })
  const identity = identityLines(material.profile.identity, once(material.globalPins))
  const standing = [...once(material.projectPins), ...once(material.facts)].map(standingLine)
  return {
    identity,
    standing,
    sessions: material.sessions.flatMap(sessionLine),
    episodes: episodes(material.sessions, once),
  }
}

function identityLines(identity: string, pins: readonly Memory[]): string[] {
  const own =
    identity.trim() === '' ? [] : [cutToTokens(rememberedLines(identity), limits.contextIdentityTokensMax)]
  return [
    ...own,
    ...pins.map((memory) => `- ${bounded(memory.text)} (${origin(memory)}, pinned for every project)`),
  ]
}

function standingLine(memory: Memory): string {
  const mark = memory.pin === null ? '' : ', pinned'
  return `- ${bounded(memory.text)} (${origin(memory)}${mark})`
}

/** `- 2026-11-20, opencode: asked "…"; last said "…"` */
function sessionLine({ session, turns }: SessionMaterial): string[] {
  const asked = session.title || turns.find((turn) => turn.role === 'user')?.text
  if (asked === undefined) return []
  const last = turns.findLast((turn) => turn.trust !== 'tool' && turn.supersededBy === null)
  const half = Math.floor(limits.contextLineTokensMax / 2)
  const ending =
    last === undefined || last.text === asked ? '' : `; last, ${last.role}: “${bounded(last.text, half)}”`
  const turnsCounted = `${session.turnCount} ${session.turnCount === 1 ? 'turn' : 'turns'}`
  return [
    `- ${isoDay(session.lastAt)}, ${rememberedLine(session.client)}, ${turnsCounted}: asked “${bounded(asked, half)}”${ending}`,
  ]
}

/**
 * Excerpts worth having: from each recent session its last exchanges and its opening one, newest session first, one
 * exchange a session per round, so that one long session does not push out the others.
 */
function episodes(
  sessions: readonly SessionMaterial[],
  once: (memories: readonly Memory[]) => Memory[],
): { text: string; at: number }[] {
  const perSession = sessions.map(({ turns }) => exchangesOf(turns.filter(worthQuoting)).reverse())
  const rounds = Math.max(0, ...perSession.map((exchanges) => exchanges.length))
  const chosen: { text: string; at: number }[] = []
  for (let round = 0; round < rounds; round += 1) {
    for (const exchanges of perSession) {
      const turns = once(exchanges[round] ?? [])
      const first = turns[0]
      if (first !== undefined) chosen.push({ text: turns.map(quotedTurn).join('\n'), at: first.saidAt })
    }
  }
  return chosen
}

function worthQuoting(memory: Memory): boolean {
  return (
    memory.supersededBy === null &&
    memory.trust !== 'tool' &&
    memory.text.trim().length >= limits.contextTurnCharsMin
  )
}

/** A user turn and the answers that follow it, oldest first. */
function exchangesOf(turns: readonly Memory[]): Memory[][] {
  const exchanges: Memory[][] = []
  for (const turn of turns) {
    const current = exchanges.at(-1)
    if (turn.role === 'user' || current === undefined) exchanges.push([turn])
    else current.push(turn)
  }
  return exchanges
}

function quotedTurn(memory: Memory): string {
  const body = cutToTokens(rememberedQuote(memory.text.trim()), limits.contextExcerptTokensMax, '\n> […]')
  return `${isoMinute(memory.saidAt)}, ${memory.role}, ${rememberedLine(memory.client)}:\n${body}`
}

function origin(memory: Memory): string {
  const times = memory.saidAgain.length === 0 ? '' : `, said ${memory.saidAgain.length + 1} times`
  return `${isoDay(memory.saidAt)}, ${memory.role}${times}`
}

function bounded(text: string, tokens: number = limits.contextLineTokensMax): string {
  // Only the head can be shown: a megabyte line is not escaped to its end first.
  return cutToTokens(rememberedLine(text.slice(0, tokens * 16)), tokens, '…')
}
