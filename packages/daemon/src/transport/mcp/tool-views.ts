// What was remembered, as tools give it: structured for programs, as quoted text for models, the text always made from
// the structured form. Both are data with its origin; hidden characters are shown and long texts are cut with a mark.
import { z } from 'zod'
import { usualTrust } from '../../model/memory.ts'
import type { MemoryView } from '../../operations/memory-view.ts'
import type { sessionView } from '../../operations/session-view.ts'
import type { Correction, RecallHit } from '../../recall/answer.ts'
import { isoMinute } from '../../text/dates.ts'
import { rememberedLine, rememberedNotice, rememberedQuote, withoutHidden } from '../../text/remembered.ts'
import { cutToTokens } from '../../text/tokens.ts'

export const saidView = z.object({
  id: z.string(),
  text: z.string(),
  said_at: z.string(),
  role: z.string(),
  client: z.string(),
  session_id: z.string(),
  project: z.string().optional(),
  superseded_at: z.string().optional(),
  taken_back_at: z.string().optional(),
  from: z.string().optional(),
  corrected: z.array(z.string()).optional(),
})
export type Said = z.infer<typeof saidView>

export const sessionTitle = z.object({
  session_id: z.string(),
  client: z.string(),
  title: z.string(),
  turns: z.int(),
  started_at: z.string(),
  last_at: z.string(),
})
export type SessionTitle = z.infer<typeof sessionTitle>

/** `withProject`: the hits may be of several. */
export function saidOfHit(hit: Omit<RecallHit, 'components'>, withProject: boolean): Said {
  return {
    id: hit.record_id,
    text: withoutHidden(hit.literal_surface),
    said_at: hit.said_at,
    role: hit.role,
    client: hit.client,
    session_id: hit.session,
    ...(withProject && { project: hit.project }),
    ...notHolding(hit.valid_to, hit.superseded_by),
    ...(hit.trust !== usualTrust[hit.role] && { from: hit.trust }),
    ...(hit.corrections.length > 0 && { corrected: hit.corrections.map(correctionLine) }),
  }
}

/** Replaced, or taken back with nothing in its place. */
function notHolding(since: string | null, by: string | null): Pick<Said, 'superseded_at' | 'taken_back_at'> {
  if (since === null) return {}
  return by === null ? { taken_back_at: since } : { superseded_at: since }
}

/** `2026-03-05: 5433 → 6000, id 0199…` */
function correctionLine({ said_at, old_value, new_value, record_id, settled }: Correction): string {
  const now = new_value === null ? 'no longer' : rememberedLine(new_value)
  const doubt = settled ? '' : 'perhaps, '
  return `${doubt}${said_at.slice(0, 10)}: ${rememberedLine(old_value)} → ${now}, id ${record_id}`
}

/** The turns of one page, cut so that all their texts together cost at most `tokensMax`. */
export function saidOfTurns(memories: readonly MemoryView[], tokensMax: number): Said[] {
  const share = Math.floor(tokensMax / Math.max(1, memories.length))
  return memories.map((memory) => ({
    id: memory.id,
    text: cutToTokens(withoutHidden(memory.text), share),
    said_at: memory.said_at,
    role: memory.role,
    client: memory.client,
    session_id: memory.session_id,
    ...notHolding(memory.superseded_at, memory.superseded_by),
    ...(memory.trust !== usualTrust[memory.role] && { from: memory.trust }),
  }))
}

export function titleOfSession(session: z.infer<typeof sessionView>): SessionTitle {
  const { session_id, client, title, turns, started_at, last_at } = session
  return { session_id, client, title: withoutHidden(title), turns, started_at, last_at }
}

const tryOtherwise = 'Try other words, or all_projects to look beyond this project.'

/** What to know of an answer before reading it. Says nothing of what other projects hold. */
export function noteOf(
  { asked, known }: { readonly asked: number; readonly known: number },
  hits: number,
): { note?: string } {
  if (asked === 0) return { note: 'There is no word in this cue; signs and emoji are not looked up.' }
  if (known > 0 || hits === 0) return {}
  return { note: 'None of these words occurs here: the hits are at best near in meaning.' }
}

export function hitsText({
  note,
  hits,
  superseded,
}: {
  note?: string
  hits: readonly Said[]
  superseded: readonly Said[]
}): string {
  if (hits.length + superseded.length === 0) {
    return ['Nothing found.', ...(note === undefined ? [] : [note]), tryOtherwise].join(' ')
  }
  return joined([
    rememberedNotice,
    ...(note === undefined ? [] : [`${note} ${tryOtherwise}`]),
    ...(hits.length === 0 ? [] : [`Found, best first:`, ...hits.map(quoted)]),
    ...(superseded.length === 0 ? [] : ['No longer true:', ...superseded.map(quoted)]),
  ])
}

export function sessionsText(sessions: readonly SessionTitle[]): string {
  if (sessions.length === 0) return 'No sessions of this project are known.'
  return joined([rememberedNotice, sessions.map((session) => `- ${sessionLine(session)}`).join('\n')])
}

/** `next`: what to pass as `after` to go on, when there is more. */
export function sessionText(session: SessionTitle, turns: readonly Said[], next: string | null): string {
  const more = next === null ? [] : [`There is more: after "${next}".`]
  return joined([rememberedNotice, sessionLine(session), ...turns.map(quoted), ...more])
}

function sessionLine({ session_id, client, title, turns, started_at }: SessionTitle): string {
  const counted = `${turns} ${turns === 1 ? 'turn' : 'turns'}`
  const said = title === '' ? '' : `: “${rememberedLine(title)}”`
  return `${minute(started_at)}, ${rememberedLine(client)}, ${counted}, session ${rememberedLine(session_id)}${said}`
}

function quoted(said: Said): string {
  const origin = [
    minute(said.said_at),
    said.role,
    rememberedLine(said.client),
    ...(said.project === undefined ? [] : [rememberedLine(said.project)]),
    ...(said.superseded_at === undefined ? [] : [`superseded ${minute(said.superseded_at)}`]),
    ...(said.taken_back_at === undefined ? [] : [`taken back ${minute(said.taken_back_at)}`]),
    ...(said.from === undefined ? [] : [`from the ${said.from}`]),
    `id ${said.id}`,
    ...(said.corrected ?? []).map((correction) => `corrected ${correction}`),
  ]
  return `${origin.join(', ')}:\n${rememberedQuote(said.text)}`
}

function minute(iso: string): string {
  return isoMinute(Date.parse(iso))
}

function joined(blocks: readonly string[]): string {
  return blocks.join('\n\n')
}
