// Puts the session context together: pure, deterministic, never over its budget on any input. Nothing here depends on
// the current time, so one session gets the same bytes until something new is worth saying.

import type { CandidateFact } from '../consolidation/facts.ts'
import { limits } from '../kit/limits.ts'
import { isUsersPin, type Memory } from '../model/memory.ts'
import type { WakeDepth } from '../model/profile.ts'
import { rememberedNotice } from '../text/remembered.ts'
import { countTokens } from '../text/tokens.ts'
import { episodeOffers } from './episodes.ts'
import { type Filled, fillBudget, type TakenLine } from './filling.ts'
import { fittingHandles, handlesOf, handleTokens } from './handles.ts'
import type { ExplainedLine, LayerName, Offer } from './line.ts'
import type { ContextMaterial } from './material.ts'
import { breakpointMarker, type SessionPayload } from './payload.ts'
import { sessionOffer } from './session-lines.ts'
import { factOffer, identityOffers, isUsersWord, noteOffer, pinOffer, threadOffer } from './standing-lines.ts'

/** Tokens set aside in a non-minimal context for block headers, the notice and the handles. */
const frameTokens = 120
const separatorTokens = 2
const episodeHeaderTokens = 6

export interface ContextRequest {
  readonly depth: WakeDepth
  /** Tokens of the whole text form; undefined takes the depth's own budget, which is also the maximum. */
  readonly budgetTokens?: number | undefined
}

export interface AssembledContext {
  readonly payload: SessionPayload
  /** Every line of the content, in the order of the text form. Of a minimal context: what its handles stand for. */
  readonly lines: readonly ExplainedLine[]
}

export function assembleContext(material: ContextMaterial, request: ContextRequest): AssembledContext {
  const isMinimal = request.depth === 'minimal'
  const budget = contextBudget(request)
  // The handles of a minimal context stand for what a standard one would say.
  const contentBudget = isMinimal ? contextBudget({ depth: 'standard' }) : budget
  const episodesMax = request.depth === 'deep' ? limits.contextTurnsMax : limits.contextEpisodesOfNewestMax
  const layers = filledLayers(material, Math.max(0, contentBudget - frameTokens), episodesMax)
  const lines = explained(layers)
  const handles = fittingHandles(handlesOf(material.sessionId, lines), budget)
  const { l0, l1, l2, rich_club } = isMinimal ? emptyTexts : withNotice(textsOf(layers))
  // Counting is most of the work here: what was counted to fill the budget is not counted again.
  const counted = new Map(lines.map(({ line, tokens }) => [line, tokens]))
  const tokensOf = (text: string): number => counted.get(text) ?? countTokens(text)
  const payload = {
    l0,
    l1,
    l2,
    rich_club,
    total_cached_tokens: [l0, l1, rich_club, ...l2].reduce((sum, text) => sum + tokensOf(text), 0),
    total_dynamic_tokens: handleTokens(handles),
    breakpoint_marker: breakpointMarker,
    ...handles,
    wake_depth: request.depth,
  } as const
  return { payload, lines }
}

export function contextBudget({
  depth,
  budgetTokens,
}: Pick<ContextRequest, 'depth' | 'budgetTokens'>): number {
  const own = {
    minimal: limits.contextTokensMinimal,
    standard: limits.contextTokensStandard,
    deep: limits.contextTokensDeep,
  }[depth]
  return Math.min(own, budgetTokens ?? own)
}

type Part = 'identity' | 'sure' | 'once' | 'sessions' | 'lately' | 'episodes'

/**
 * In the order in which they may use what is left over. What is offered later leaves out what was shown before: a
 * decision that a session line quotes is not listed again.
 */
function filledLayers(material: ContextMaterial, budget: number, episodesMax: number): Filled<Part> {
  const overhead = separatorTokens
  return fillBudget<Part>(budget, [
    { name: 'identity', share: 0.15, offers: identityLayer(material), overhead },
    { name: 'sure', share: 0.2, offers: sureLayer(material), overhead },
    { name: 'once', share: 0.1, offers: onceLayer(material), overhead },
    { name: 'sessions', share: 0.2, offers: sessionsLayer(material), overhead },
    { name: 'lately', share: 0.1, offers: latelyLayer(material), overhead },
    {
      name: 'episodes',
      share: 0.25,
      offers: episodeOffers(material, episodesMax),
      overhead: episodeHeaderTokens,
    },
  ])
}

function identityLayer({ profile, globalPins, facts, globalFacts }: ContextMaterial): Offer[] {
  const learned = [...facts, ...globalFacts].filter((fact) => fact.personal)
  return [...identityOffers(profile.identity), ...globalPins.map(pinOffer), ...learned.map(factOffer)]
}

/** What was pinned, told or confirmed; what agents pinned and noted comes after all that is the user's. */
function sureLayer({ projectPins, notes, facts }: ContextMaterial): Offer[] {
  const confirmed = facts.filter((fact) => !fact.personal && fact.state === 'confirmed')
  const [pins, agentsPins] = usersFirst(projectPins, ({ pin }) => isUsersPin(pin))
  const [told, agentsNotes] = usersFirst(notes, isUsersWord)
  return [
    ...[...pins.map(pinOffer), ...told.map(noteOffer), ...confirmed.map(factOffer)],
    ...[...agentsPins.map(pinOffer), ...agentsNotes.map(noteOffer)],
  ]
}

function usersFirst(
  memories: readonly Memory[],
  isUsers: (memory: Memory) => boolean,
): readonly [users: readonly Memory[], agents: readonly Memory[]] {
  return [memories.filter(isUsers), memories.filter((memory) => !isUsers(memory))]
}

/** Standing instructions that were said once. */
function onceLayer({ facts }: ContextMaterial): Offer[] {
  return candidatesOf(facts, 'standing').map(factOffer)
}

function sessionsLayer(material: ContextMaterial): Offer[] {
  return material.sessions.map((each) => sessionOffer(each, material))
}

/** Threads left open and decisions that hold, in turn, so that neither crowds out the other. */
function latelyLayer({ facts, threads }: ContextMaterial): Offer[] {
  const open = threads.map(threadOffer)
  const decided = candidatesOf(facts, 'decision').map(factOffer)
  const rounds = Array.from({ length: Math.max(open.length, decided.length) }, (_, round) => round)
  return rounds.flatMap((round) => [open[round] ?? [], decided[round] ?? []].flat())
}

function candidatesOf(facts: readonly CandidateFact[], kind: CandidateFact['kind']): CandidateFact[] {
  return facts.filter((fact) => !fact.personal && fact.state === 'candidate' && fact.kind === kind)
}

interface LayerTexts {
  readonly l0: string
  readonly l1: string
  readonly l2: readonly string[]
  readonly rich_club: string
}

const emptyTexts: LayerTexts = { l0: '', l1: '', l2: [], rich_club: '' }

function textsOf(layers: Filled<Part>): LayerTexts {
  const joined = (lines: readonly TakenLine[]): string => lines.map((line) => line.text).join('\n')
  return {
    l0: joined(layers('identity')),
    l1: joined(layers('sessions')),
    l2: inOrderSaid(layers('episodes')).map((line) => line.text),
    rich_club: joined(keyMemories(layers)),
  }
}

function keyMemories(layers: Filled<Part>): readonly TakenLine[] {
  return [...layers('sure'), ...layers('once'), ...layers('lately')]
}

function inOrderSaid(lines: readonly TakenLine[]): TakenLine[] {
  return [...lines].sort((a, b) => a.at - b.at)
}

/** The notice stands before the first remembered line, in whichever layer that is. */
function withNotice(texts: LayerTexts): LayerTexts {
  const noticed = (text: string): string => `${rememberedNotice}\n${text}`
  if (texts.l0 !== '') return { ...texts, l0: noticed(texts.l0) }
  if (texts.l1 !== '') return { ...texts, l1: noticed(texts.l1) }
  if (texts.rich_club !== '') return { ...texts, rich_club: noticed(texts.rich_club) }
  const [first, ...rest] = texts.l2
  return first === undefined ? texts : { ...texts, l2: [noticed(first), ...rest] }
}

function explained(layers: Filled<Part>): ExplainedLine[] {
  const of = (layer: LayerName, lines: readonly TakenLine[]): ExplainedLine[] =>
    lines.map(({ text, memories, reason, tokens }) => ({
      layer,
      line: text,
      memories,
      reason,
      tokens,
    }))
  return [
    ...of('l0', layers('identity')),
    ...of('l1', layers('sessions')),
    ...of('rich_club', keyMemories(layers)),
    ...of('l2', inOrderSaid(layers('episodes'))),
  ]
}
