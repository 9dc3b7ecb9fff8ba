// The rules of taking in, shared by every store: when two texts are the same, what stays barred after forgetting,
// what a session is called. Pure.
import { createHash, createHmac, type KeyObject } from 'node:crypto'
import { limits } from '../kit/limits.ts'
import { type Memory, type NewMemory, type Pin, usualTrust } from '../model/memory.ts'
import { isCommonWording } from './common-wording.ts'

const closing = new Set(' .!?,;:…。！？')

/** `text` without the differences that do not make it another statement: case, white space, closing punctuation. */
export function sameText(text: string): string {
  const folded = text.normalize('NFC').toLowerCase().replace(/\s+/gu, ' ').trim()
  // By hand: a pattern anchored at the end takes quadratic time on a megabyte of dots.
  let end = folded.length
  while (end > 0 && closing.has(folded.charAt(end - 1))) end--
  return end === 0 ? folded : folded.slice(0, end)
}

type Said = Pick<NewMemory, 'text' | 'role' | 'kind' | 'trust' | 'project' | 'client' | 'session'>

/**
 * Two memories without message ids say the same when their digests are equal. Notes and facts are compared across the
 * project; turns only within their session, because "yes" means something else each time. What an agent noted is not what
 * the user says in the same words: neither counts for the other.
 */
export function statementDigest(said: Said): Buffer {
  const within = said.kind === 'turn' ? [said.client, said.session] : []
  const by = said.trust === usualTrust[said.role] ? [] : [said.trust]
  return digest(['statement', said.project, said.role, said.kind, ...by, ...within, sameText(said.text)])
}

export type Utterance = Pick<Said, 'text' | 'kind' | 'client' | 'session'>

/**
 * What forgetting leaves behind. The text is barred wherever it comes from; only turns that are short, or made of common
 * words alone, are barred within their session, or forgetting one "yes please, go ahead" would bar every later one. Keyed,
 * because a short text is guessed quickly.
 */
export function forgottenDigest(said: Utterance, secret: Buffer | KeyObject): Buffer {
  return keyedDigest(secret, saidDigest(said))
}

/** What is keyed of a text that is forgotten. Whoever has the text can make it, and ask whether it was. */
export function saidDigest(said: Utterance): Buffer {
  const text = sameText(said.text)
  const anybodys = text.length < limits.forgottenTurnCharsMin || isCommonWording(text)
  return digest(
    said.kind === 'turn' && anybodys
      ? ['forgotten turn', said.client, said.session, text]
      : ['forgotten', text],
  )
}

/** What a session is barred by, whose turns are not to come back. */
export function sessionDigest(said: Pick<Said, 'client' | 'session'>, secret: Buffer | KeyObject): Buffer {
  return keyedDigest(secret, digest(['forgotten session', said.client, said.session]))
}

/** A message is meant with all its parts: hosts number those below it, `<message>/<part>`. */
export function messageOfPart(messageId: string): string {
  const slash = messageId.indexOf('/')
  return slash < 0 ? messageId : messageId.slice(0, slash)
}

/** A KeyObject made once is five times faster than bytes, of which one is made for each digest. */
export function keyedDigest(secret: Buffer | KeyObject, plain: Buffer): Buffer {
  return createHmac('sha256', secret).update(plain).digest().subarray(0, 16)
}

/** UTF-16, so that texts which UTF-8 cannot tell apart (lone surrogates) stay apart; lengths keep the parts apart. */
function digest(parts: readonly string[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${part.length}:`).update(part, 'utf16le')
  return hash.digest().subarray(0, 16)
}

/** A session's title from the user's first turn: one line, at most limits.titleCharsMax. '' when it says nothing. */
export function titleOf(text: string): string {
  const line = text
    .trimStart()
    .slice(0, limits.titleCharsMax * 4)
    .replace(/\s+/gu, ' ')
    .trim()
  if (line.length <= limits.titleCharsMax) return line
  const cut = line.slice(0, limits.titleCharsMax - 1)
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`
}

const widestFirst = ['global', 'project', 'agent'] as const satisfies readonly Pin[]

/** What replaces a pinned memory is pinned as far as either of them. */
export function widerPin(a: Pin | null, b: Pin | null): Pin | null {
  return widestFirst.find((pin) => pin === a || pin === b) ?? null
}

/**
 * Whether a form of a message that was last said at `held` comes after one that arrives now. A date later than the
 * arrival is that of a clock that was ahead: then what arrives last is the newest.
 */
export function isSaidLater(
  held: number,
  { saidAt, storedAt }: Pick<Memory, 'saidAt' | 'storedAt'>,
): boolean {
  return held > saidAt && held <= storedAt
}

/** A fact stops holding when its successor was said, but not before it was said itself. */
export function supersededAt(original: Pick<Memory, 'saidAt'>, successor: Pick<Memory, 'saidAt'>): number {
  return Math.max(original.saidAt, successor.saidAt)
}
