// What was read out of a cue, in words: a caller can see why a question was taken the way it was.
import { isoDay } from '../text/dates.ts'
import type { Cue } from './cue.ts'

const dayMs = 86_400_000
/** What isoDay can show. */
const shownMsMax = 8.64e15 - dayMs

export function patternsOf(cue: Cue): string[] {
  const { wants } = cue
  return [
    ...cue.quotes.map((quote) => `exact words: "${quote.slice(0, 80)}"`.toWellFormed()),
    ...(cue.window ?? []).map(({ from, to }) => `time: ${shownDay(from)} to ${shownDay(to)}`),
    ...(cue.asksAssistant ? ['asks what the assistant said'] : []),
    ...(wants.number ? ['asks for a number'] : []),
    ...(wants.time ? ['asks for a time'] : []),
    ...(wants.name ? ['asks for a name or place'] : []),
    ...(wants.advice ? ['asks for help or advice'] : []),
  ]
}

function shownDay(at: number): string {
  return isoDay(Math.min(shownMsMax, Math.max(-shownMsMax, at)))
}
