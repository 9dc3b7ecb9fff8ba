// One line of a session context, with where it comes from and why it is there. Lines are offered in order of worth and
// rendered only when their turn comes, so that what another line has shown already is left out: nothing stands twice.
import { type Place, placeOf } from '../consolidation/quotation.ts'
import { limits } from '../kit/limits.ts'
import type { Memory } from '../model/memory.ts'
import { rememberedLine } from '../text/remembered.ts'
import { cutToTokens } from '../text/tokens.ts'

export interface ContextLine {
  readonly text: string
  /** Ids of the memories it is made from; none for what the user wrote about themselves. */
  readonly memories: readonly string[]
  /** Why it is there, in words for the user. */
  readonly reason: string
  /** What it shows, as keys of `Shown`. */
  readonly shows: readonly string[]
  /** The stretches that it quotes in full. */
  readonly quotes?: readonly Place[]
  /** When it was said, ms; puts chosen excerpts back in order. */
  readonly at: number
}

/** What has been shown: keys of texts, places of quotations and whole memories; and how much of each memory was quoted. */
export interface Shown {
  has(key: string): boolean
  /** UTF-16 units of the memory that were quoted. */
  quotedChars(memoryId: string): number
  add(line: Pick<ContextLine, 'shows' | 'quotes'>): void
}

export function createShown(): Shown {
  const keys = new Set<string>()
  const chars = new Map<string, number>()
  return {
    has: (key) => keys.has(key),
    quotedChars: (memoryId) => chars.get(memoryId) ?? 0,
    add({ shows, quotes = [] }) {
      for (const key of shows) keys.add(key)
      for (const { memoryId, start, end } of quotes)
        chars.set(memoryId, (chars.get(memoryId) ?? 0) + end - start)
    },
  }
}

/** Share of a turn that other lines have quoted, from which on it is not quoted once more. */
const mostlyShownShare = 0.6

export function isMostlyShown(shown: Shown, { id, text }: Pick<Memory, 'id' | 'text'>): boolean {
  return shown.quotedChars(id) >= text.trim().length * mostlyShownShare && shown.quotedChars(id) > 0
}

export interface Offer {
  /** The line; null when all of it has been shown. */
  render(shown: Shown): ContextLine | null
}

export function textKey(text: string): string {
  return `text ${text.trim().toLowerCase()}`
}

function memoryKey(id: string): string {
  return `memory ${id}`
}

type Words = Place & { readonly text: string }

export function isShown(shown: Shown, quotation: Words): boolean {
  return quotationKeys(quotation).some((key) => shown.has(key)) || shown.has(memoryKey(quotation.memoryId))
}

export function quotationKeys(quotation: Words): readonly string[] {
  return [textKey(quotation.text), placeKey(quotation)]
}

export function placeKey(place: Place): string {
  return `place ${placeOf(place)}`
}

/** A memory shown whole: no sentence of it need be quoted any more. */
export function memoryKeys({ id, text }: Pick<Memory, 'id' | 'text'>): readonly string[] {
  return [textKey(text), memoryKey(id)]
}

/** More than any text that is shown has for a token. */
const charsPerTokenMax = 16

/** All of `text` of which `tokens` could be shown: a megabyte is not escaped to its end first. */
export function headOf(text: string, tokens: number): string {
  return text.slice(0, tokens * charsPerTokenMax)
}

/** Remembered text on one line, cut to `tokens`. */
export function bounded(text: string, tokens: number = limits.contextLineTokensMax): string {
  return cutToTokens(rememberedLine(headOf(text, tokens)), tokens, '…')
}

export type LayerName = 'l0' | 'l1' | 'l2' | 'rich_club'

/** A line as it was taken, for whoever asks why it is there. */
export interface ExplainedLine {
  readonly layer: LayerName
  readonly line: string
  readonly memories: readonly string[]
  readonly reason: string
  readonly tokens: number
}
