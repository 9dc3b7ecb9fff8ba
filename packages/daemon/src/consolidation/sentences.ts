// Cuts the text of a turn into the sentences somebody wrote in it, each with its place in the turn. What is pasted or
// generated is left out: code, logs, tables, block quotations, markup. Pure; every sentence is `text.slice(start, end)`.
import { limits } from '../kit/limits.ts'
import { type ProseBlock, proseBlocks } from './prose-blocks.ts'

export interface Sentence {
  /** UTF-16 offsets within the turn's text. */
  readonly start: number
  readonly end: number
  readonly text: string
  /** The same, character for character, with inline code, links and quoted words blanked out and apostrophes straight. */
  readonly plain: string
  /** The state of the check box before it, if it is a list item with one. */
  readonly box: 'open' | 'done' | null
  /** The heading or lead-in ("Left to do:") it stands under, lower case, without its marks; '' when there is none. */
  readonly under: string
}

/** The sentences of `text` in order. Only the first `limits.consolidationTextCharsMax` characters are read. */
export function sentencesOf(text: string): Sentence[] {
  const read = text.slice(0, limits.consolidationTextCharsMax)
  return proseBlocks(read).flatMap((block) => sentencesOfBlock(read, block))
}

function sentencesOfBlock(text: string, block: ProseBlock): Sentence[] {
  const blockText = text.slice(block.start, block.end)
  const plain = blank(blockText)
  const sentences: Sentence[] = []
  let from = 0
  for (const end of [...sentenceEnds(plain), plain.length]) {
    const { start: innerStart, end: innerEnd } = trimmed(blockText, from, end)
    from = end
    const sentence = blockText.slice(innerStart, innerEnd)
    const sentencePlain = plain.slice(innerStart, innerEnd)
    if (!isProse(sentence, sentencePlain)) continue
    sentences.push({
      start: block.start + innerStart,
      end: block.start + innerEnd,
      text: sentence,
      plain: sentencePlain,
      box: block.box,
      under: block.under,
    })
  }
  return sentences
}

/** Stands for a character of code, a link or a quotation: offsets hold, and no rule reads it as the writer's own words. */
export const blankMark = '¤'
const blankMarkCode = blankMark.charCodeAt(0)

const notOwnWords =
  /`{1,3}[^`\n]{1,400}`{1,3}|https?:\/\/[^\s)>\]]+|“[^”\n]{1,400}”|„[^“”\n]{1,400}[“”]|«[^»\n]{1,400}»|(?<![\w"])"[^"\n]{1,400}"(?!\w)|(?<![\w'’])['‘](?=\S)[^'’\n]{1,200}(?<=\S)['’](?!\w)/gu

/** Everything that is not the writer's own wording becomes `blankMark`, one per UTF-16 unit. */
function blank(text: string): string {
  return text.replace(notOwnWords, (match) => blankMark.repeat(match.length)).replace(/[’ʼ]/gu, "'")
}

const abbreviations =
  /(?:^|[\s(])(?:e\.g|i\.e|etc|vs|cf|approx|resp|ca|incl|excl|fig|sec|ch|no|nr|vol|ed|mr|mrs|ms|dr|prof|st|jr|sr|inc|ltd|co|dept|a\.m|p\.m|[a-z])$/iu
const possibleEnd = /[.!?…]{1,8}[\])"'”’*_¤]{0,4}(?=\s)|[。！？]{1,8}/gu

/** Offsets just behind the sentence ends within `plain`, ascending. */
function sentenceEnds(plain: string): number[] {
  const ends: number[] = []
  for (const match of plain.matchAll(possibleEnd)) {
    const end = match.index + match[0].length
    const next = plain.slice(end, end + 40).trimStart()
    if (match[0].startsWith('.') && /^[\p{Ll}\d,;)]/u.test(next)) {
      // "approx. 5", "config.json. then": a full stop before a small letter or a figure ends nothing for certain,
      // unless the writer uses no capitals at all and the word before it is a real one.
      if (
        !/^\p{Ll}/u.test(next) ||
        !/\p{L}{4}$/u.test(plain.slice(Math.max(0, match.index - 4), match.index))
      )
        continue
    }
    if (
      match[0].startsWith('.') &&
      abbreviations.test(plain.slice(Math.max(0, match.index - 12), match.index))
    ) {
      continue
    }
    ends.push(end)
  }
  return ends
}

const emphasis = /[\s*_~]/u

/** Without white space and emphasis marks at either end. */
function trimmed(text: string, start: number, end: number): { start: number; end: number } {
  let [from, to] = [start, end]
  while (from < to && emphasis.test(text.charAt(from))) from += 1
  while (to > from && emphasis.test(text.charAt(to - 1))) to -= 1
  return { start: from, end: to }
}

const unspacedScript = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u
const letter = /[\p{L}\p{M}]/u

/** Two words at least, mostly letters, and not a single endless token. */
function isProse(sentence: string, plain: string): boolean {
  if (sentence.length > limits.consolidationSentenceCharsMax) return false
  let letters = 0
  let visible = 0
  for (let index = 0; index < plain.length; index += 1) {
    const code = plain.charCodeAt(index)
    const isAsciiLetter = (code >= 97 && code <= 122) || (code >= 65 && code <= 90)
    if (code <= 32 || code === blankMarkCode) continue
    visible += 1
    if (isAsciiLetter || (code > 127 && letter.test(plain.charAt(index)))) letters += 1
  }
  if (letters < 3 || letters / visible < 0.6) return false
  return /\S\s+\S/u.test(sentence) || unspacedScript.test(sentence)
}
