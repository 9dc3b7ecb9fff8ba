// Excerpts worth having: from each recent session its last exchanges, newest session first, one exchange a session per
// round, so that one long session does not push out the others.
import { limits } from '../kit/limits.ts'
import type { Memory } from '../model/memory.ts'
import { isoMinute } from '../text/dates.ts'
import { rememberedLine, rememberedQuote } from '../text/remembered.ts'
import { cutToTokens } from '../text/tokens.ts'
import { memoryKeys, type Offer } from './line.ts'
import type { ContextMaterial } from './material.ts'
import { mayBeShown } from './standing-lines.ts'

export function episodeOffers({ sessions, corrections }: ContextMaterial): Offer[] {
  const replaced = new Set(corrections.map(({ older }) => older.memoryId))
  const worthQuoting = (turn: Memory): boolean =>
    mayBeShown(turn) && !replaced.has(turn.id) && turn.text.trim().length >= limits.contextTurnCharsMin
  const perSession = sessions.map(({ turns }) => exchangesOf(turns.filter(worthQuoting)).reverse())
  const rounds = Math.max(0, ...perSession.map((exchanges) => exchanges.length))
  return Array.from({ length: rounds }, (_, round) =>
    perSession.flatMap((exchanges) => {
      const exchange = exchanges[round]
      return exchange === undefined ? [] : [exchangeOffer(exchange, round === 0)]
    }),
  ).flat()
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

function exchangeOffer(exchange: readonly Memory[], isLast: boolean): Offer {
  return {
    render(shown) {
      const turns = exchange.filter((turn) => !memoryKeys(turn).some((key) => shown.has(key)))
      const first = turns[0]
      if (first === undefined) return null
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
    rememberedQuote(memory.text.slice(0, limits.contextExcerptTokensMax * 16).trim()),
    limits.contextExcerptTokensMax,
    '\n> […]',
  )
  return `${isoMinute(memory.saidAt)}, ${memory.role}, ${rememberedLine(memory.client)}:\n${body}`
}
