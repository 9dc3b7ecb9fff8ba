// Excerpts worth having: from each recent session its last exchanges, newest session first, one exchange a session per
// round, so that one long session does not push out the others. Older sessions give fewer; small talk gives none.
import { limits } from '../kit/limits.ts'
import type { Memory } from '../model/memory.ts'
import { isoMinute } from '../text/dates.ts'
import { rememberedLine, rememberedQuote } from '../text/remembered.ts'
import { cutToTokens } from '../text/tokens.ts'
import { headOf, isMostlyShown, memoryKeys, type Offer, type Shown } from './line.ts'
import type { ContextMaterial, SessionMaterial } from './material.ts'
import { isAcknowledgement, isAssent } from './small-talk.ts'
import { mayBeShown } from './standing-lines.ts'

/** `perSessionMax`: exchanges of the newest session; each older one gives one less, but one. */
export function episodeOffers(
  { sessions, corrections, threads }: ContextMaterial,
  perSessionMax: number,
): Offer[] {
  const replaced = new Set(corrections.map(({ older }) => older.memoryId))
  // With the turn goes its answer: "Yes, the form is next" is no truer than what it answers.
  const isOvertaken = (exchange: readonly Memory[], finished: ReadonlySet<string>): boolean =>
    exchange.some((turn) => replaced.has(turn.id) || (turn.role === 'user' && finished.has(turn.id)))
  const stillOpen = new Set(threads.map(({ memoryId }) => memoryId))
  const worthQuoting = (turn: Memory): boolean =>
    mayBeShown(turn) && turn.text.trim().length >= limits.contextTurnCharsMin
  const perSession = sessions.map((session, age) =>
    exchangesOf(session.turns.filter(worthQuoting))
      .filter((exchange) => saysSomething(exchange) && !isOvertaken(exchange, finishedIn(session, stillOpen)))
      .slice(-Math.max(1, perSessionMax - age))
      .reverse(),
  )
  const rounds = Math.max(0, ...perSession.map((exchanges) => exchanges.length))
  return Array.from({ length: rounds }, (_, round) =>
    perSession.flatMap((exchanges) => {
      const exchange = exchanges[round]
      return exchange === undefined ? [] : [exchangeOffer(exchange, round === 0)]
    }),
  ).flat()
}

/** Memories in which something was left open that is finished by now. */
function finishedIn({ extract }: SessionMaterial, stillOpen: ReadonlySet<string>): ReadonlySet<string> {
  const left = extract?.isCompared === true ? extract.left : []
  return new Set(left.map(({ memoryId }) => memoryId).filter((id) => !stillOpen.has(id)))
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

function saysSomething(exchange: readonly Memory[]): boolean {
  return exchange.some((turn) =>
    turn.role === 'user' ? !isAssent(turn.text) : !isAcknowledgement(turn.text),
  )
}

function exchangeOffer(exchange: readonly Memory[], isLast: boolean): Offer {
  const isShown = (turn: Memory, shown: Shown): boolean =>
    memoryKeys(turn).some((key) => shown.has(key)) || isMostlyShown(shown, turn)
  return {
    render(shown) {
      // What answers a turn that is shown elsewhere must say more than that it was heard.
      const isHeard = exchange.some((turn) => turn.role === 'user' && isShown(turn, shown))
      const turns = exchange.filter(
        (turn) =>
          !isShown(turn, shown) && !(turn.role === 'assistant' && isAcknowledgement(turn.text, isHeard)),
      )
      const first = turns[0]
      if (first === undefined || !saysSomething(turns)) return null
      return {
        text: turns.map(quotedTurn).join('\n'),
        memories: turns.map((turn) => turn.id),
        reason: isLast
          ? 'the last exchange of a recent session here'
          : 'an exchange of a recent session here',
        shows: turns.flatMap(memoryKeys),
        at: first.saidAt,
      }
    },
  }
}

function quotedTurn(memory: Memory): string {
  const body = cutToTokens(
    rememberedQuote(headOf(memory.text, limits.contextExcerptTokensMax).trim()),
    limits.contextExcerptTokensMax,
    '\n> […]',
  )
  return `${isoMinute(memory.saidAt)}, ${memory.role}, ${rememberedLine(memory.client)}:\n${body}`
}
