// A session in one line: what was asked, decided, done and left open, in its own words. Sessions without a digest show
// their first request and their last words.
import type { Settled } from '../consolidation/digest.ts'
import { type Place, placeOf, type Quotation } from '../consolidation/quotation.ts'
import { limits } from '../kit/limits.ts'
import type { Memory } from '../model/memory.ts'
import { titleOf } from '../store/capture-rules.ts'
import { isoDay } from '../text/dates.ts'
import { rememberedLine } from '../text/remembered.ts'
import {
  bounded,
  type ContextLine,
  isShown,
  memoryKeys,
  type Offer,
  placeKey,
  quotationKeys,
  type Shown,
  textKey,
} from './line.ts'
import type { ContextMaterial, SessionMaterial } from './material.ts'
import { isAcknowledgement } from './small-talk.ts'
import { mayBeShown } from './standing-lines.ts'

type Overtaken = Pick<ContextMaterial, 'threads' | 'corrections'>

export function sessionOffer(material: SessionMaterial, overtaken: Overtaken): Offer {
  return { render: (shown) => digestLine(material, overtaken, shown) ?? rawLine(material, overtaken, shown) }
}

interface Part {
  readonly label: string
  readonly quotation: Quotation
}

function digestLine(material: SessionMaterial, overtaken: Overtaken, shown: Shown): ContextLine | null {
  const parts = digestParts(material, overtaken).filter(({ quotation }) => !isShown(shown, quotation))
  if (parts.length === 0) return null
  const hasOutcome = parts.some(({ label }) => label !== 'asked')
  const ending = hasOutcome ? null : lastWords(material, overtaken, shown)
  const quoted = parts.map((part) => ({
    ...part,
    words: bounded(part.quotation.text, limits.contextQuoteTokensMax),
  }))
  return {
    text: `- ${header(material)}: ${quoted.map(({ label, words }) => `${label} “${words}”`).join('; ')}${ending?.words ?? ''}`,
    memories: [
      ...new Set([
        ...parts.map(({ quotation }) => quotation.memoryId),
        ...(ending === null ? [] : [ending.turn.id]),
      ]),
    ],
    reason:
      ending === null
        ? 'one of the latest sessions here: what was asked, settled and left open'
        : 'one of the latest sessions here: what was asked and how it ended',
    // An excerpt may still show in full what had to be cut here.
    shows: quoted.flatMap(({ quotation, words }) =>
      words.endsWith('…') ? [placeKey(quotation)] : quotationKeys(quotation),
    ),
    quotes: [
      ...quoted.flatMap(({ quotation, words }) => (words.endsWith('…') ? [] : [quotation])),
      ...(ending === null || ending.words.endsWith('…”') ? [] : [wholeOf(ending.turn)]),
    ],
    at: lastShownAt(material),
  }
}

function wholeOf({ id, text }: Memory): Place {
  return { memoryId: id, start: 0, end: text.length }
}

/** How a session ended of which nothing is known to have been settled or left open: the assistant's last words. */
function lastWords(
  { turns }: SessionMaterial,
  { corrections }: Overtaken,
  shown: Shown,
): { readonly words: string; readonly turn: Memory } | null {
  const replaced = new Set(corrections.map(({ older }) => older.memoryId))
  const turn = turns.findLast(
    (each) =>
      each.role === 'assistant' &&
      mayBeShown(each) &&
      !replaced.has(each.id) &&
      !isAcknowledgement(each.text) &&
      !memoryKeys(each).some((key) => shown.has(key)),
  )
  if (turn === undefined) return null
  return { words: `; last, assistant: “${bounded(turn.text, limits.contextQuoteTokensMax)}”`, turn }
}

/** Without what was replaced or finished in a later session. */
function digestParts({ extract }: SessionMaterial, { threads, corrections }: Overtaken): Part[] {
  if (extract === null) return []
  const { digest, left, isCompared } = extract
  const replaced = new Set(corrections.map(({ older }) => placeOf(older)))
  const stillOpen = new Set(threads.map(placeOf))
  const isFinished = (quotation: Quotation): boolean =>
    isCompared &&
    left.some((each) => placeOf(each) === placeOf(quotation)) &&
    !stillOpen.has(placeOf(quotation))
  const settled = digest.settled.filter((each) => !replaced.has(placeOf(each)))
  const open = digest.open.filter((each) => !isFinished(each))
  const asked =
    digest.asked === null || isAmong(digest.asked, [...digest.settled, ...digest.open]) ? [] : [digest.asked]
  return [
    ...asked.map((quotation) => ({ label: 'asked', quotation })),
    ...mostSettled(settled).map((quotation) => ({
      label: quotation.kind === 'decision' ? 'decided' : 'done',
      quotation,
    })),
    ...open.slice(-limits.contextSessionOpenMax).map((quotation) => ({ label: 'left open', quotation })),
  ]
}

/** A session that opens with a decision is told by it once. */
function isAmong(quotation: Quotation, others: readonly Quotation[]): boolean {
  return others.some((other) => placeOf(other) === placeOf(quotation))
}

/** Decisions before work done, the last of each, in the order in which they were said. */
function mostSettled(settled: readonly Settled[]): readonly Settled[] {
  const byWorth = [
    ...settled.filter(({ kind }) => kind === 'decision').reverse(),
    ...settled.filter(({ kind }) => kind === 'done').reverse(),
  ]
  const chosen = new Set(byWorth.slice(0, limits.contextSessionSettledMax))
  return settled.filter((each) => chosen.has(each))
}

/** `2026-11-20, opencode: asked “…”; last, assistant: “…”` */
function rawLine(
  { session, turns }: SessionMaterial,
  { corrections }: Overtaken,
  shown: Shown,
): ContextLine | null {
  const replaced = new Set(corrections.map(({ older }) => older.memoryId))
  const holding = turns.filter((turn) => mayBeShown(turn) && !replaced.has(turn.id))
  const requests = turns.filter((turn) => turn.role === 'user')
  const request =
    session.title === '' ? requests[0] : requests.find((turn) => titleOf(turn.text) === session.title)
  const asked = session.title || request?.text
  if (asked === undefined || shown.has(textKey(asked))) return null
  const last = holding.at(-1)
  const half = Math.floor(limits.contextLineTokensMax / 2)
  const isSame = last === undefined || textKey(last.text) === textKey(asked) || shown.has(textKey(last.text))
  const ending = isSame ? '' : `; last, ${last.role}: “${bounded(last.text, half)}”`
  const memories = [request, isSame ? undefined : last].flatMap((turn) => turn?.id ?? [])
  return {
    text: `- ${header({ session, turns })}: asked “${bounded(asked, half)}”${ending}`,
    memories,
    reason: 'one of the latest sessions here: its first request and its last words',
    // The excerpts may show these turns in full: a line quotes them only in passing.
    shows: [],
    at: lastShownAt({ session, turns }),
  }
}

function header(material: Pick<SessionMaterial, 'session' | 'turns'>): string {
  return `${isoDay(lastShownAt(material))}, ${rememberedLine(material.session.client)}`
}

/** Of the turns that are shown, not of the session: one that goes on elsewhere must not change this session's bytes. */
function lastShownAt({ session, turns }: Pick<SessionMaterial, 'session' | 'turns'>): number {
  return turns.at(-1)?.saidAt ?? session.startedAt
}
