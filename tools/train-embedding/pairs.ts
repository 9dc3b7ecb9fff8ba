// Pairs of texts that belong together, cut from the corpus: what the contrastive pass learns from.
import { type Corpus, paragraphEnd, type Section } from './corpus.ts'
import { type Random, randomInteger } from './random.ts'

const sideTokensMax = 110
const neighbourTokensMax = 60
const contextSentences = 3

export interface Pairs {
  readonly count: number
  /** Stem ids of both sides, end to end; pair i owns [starts[i], starts[i + 1]). */
  readonly a: Int32Array<SharedArrayBuffer>
  readonly aStarts: Int32Array<SharedArrayBuffer>
  readonly b: Int32Array<SharedArrayBuffer>
  readonly bStarts: Int32Array<SharedArrayBuffer>
}

/** Which sources hold running fiction and dialogue: their neighbouring paragraphs say less about each other. */
function genreOf(source: string): 'book' | 'dialogue' | 'plain' {
  if (source.startsWith('mlschmitt/') || source.startsWith('standardebooks/')) return 'book'
  if (source.startsWith('jfainberg/') || source.startsWith('google-research-datasets/')) return 'dialogue'
  return 'plain'
}

export function cutPairs(corpus: Corpus, stemOfWord: Int32Array, random: Random): Pairs {
  const builder = new PairBuilder()
  const known = (words: Int32Array): Int32Array =>
    words.map((word) => stemOfWord[word] as number).filter((id) => id >= 0)
  let previous: { doc: string; last: Int32Array } | undefined
  for (const section of corpus.sections) {
    const paragraphs = paragraphsOf(corpus, section, stemOfWord)
    const genre = genreOf(section.source)
    const whole = paragraphs.map((sentences) => joined(sentences).subarray(0, sideTokensMax))
    const title = known(section.title)
    paragraphs.forEach((sentences, index) => {
      addSentencePairs(builder, sentences, genre, random)
      const text = whole[index] as Int32Array
      if (genre === 'plain' && index < 3 && title.length >= 1 && text.length >= 6) builder.add(title, text, 1)
    })
    addNeighbours(builder, whole, genre, random)
    const first = whole[0]
    if (genre === 'plain' && previous?.doc === section.doc && first !== undefined) {
      if (previous.last.length >= 6 && first.length >= 6 && random() < 0.3) {
        builder.add(previous.last.subarray(0, neighbourTokensMax), first)
      }
    }
    const last = whole.at(-1)
    previous = last === undefined ? undefined : { doc: section.doc, last }
  }
  for (const pair of corpus.lexical) builder.add(known(pair.a), known(pair.b), 1, 1)
  return builder.finish()
}

function paragraphsOf(corpus: Corpus, section: Section, stemOfWord: Int32Array): Int32Array[][] {
  const paragraphs: Int32Array[][] = []
  let sentences: Int32Array[] = []
  let sentence: number[] = []
  for (let at = section.start; at < section.end; at++) {
    const word = corpus.tokens[at] as number
    if (word >= 0) {
      const stem = stemOfWord[word] as number
      if (stem >= 0 && sentence.length < sideTokensMax) sentence.push(stem)
      continue
    }
    if (sentence.length > 0) sentences.push(Int32Array.from(sentence))
    sentence = []
    if (word !== paragraphEnd) continue
    if (sentences.length > 0) paragraphs.push(sentences)
    sentences = []
  }
  return paragraphs
}

/** A sentence and the sentences around it (inverse cloze, Lee et al. 2019). One in ten keeps the sentence itself. */
function addSentencePairs(
  builder: PairBuilder,
  sentences: readonly Int32Array[],
  genre: ReturnType<typeof genreOf>,
  random: Random,
): void {
  const usable = sentences.filter((sentence) => sentence.length >= 3)
  if (usable.length === 2) builder.add(usable[0] as Int32Array, usable[1] as Int32Array)
  if (usable.length < 3) return
  const times = genre === 'book' ? 1 : usable.length < 5 ? 2 : 3
  for (let time = 0; time < times; time++) {
    const at = randomInteger(random, usable.length)
    const context = [
      ...usable.slice(Math.max(0, at - contextSentences), at),
      ...usable.slice(at + 1, at + 1 + contextSentences),
    ]
    if (random() < 0.1) context.push(usable[at] as Int32Array)
    builder.add(usable[at] as Int32Array, joined(context))
  }
}

function addNeighbours(
  builder: PairBuilder,
  whole: readonly Int32Array[],
  genre: ReturnType<typeof genreOf>,
  random: Random,
): void {
  for (let i = 0; i + 1 < whole.length; i++) {
    const here = whole[i] as Int32Array
    const next = whole[i + 1] as Int32Array
    if (random() >= (genre === 'book' ? 0.25 : 0.5) || here.length < 5 || next.length < 5) continue
    builder.add(here.subarray(0, neighbourTokensMax), next)
  }
}

function joined(parts: readonly Int32Array[]): Int32Array {
  const out = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

class PairBuilder {
  private readonly left: Int32Array[] = []
  private readonly right: Int32Array[] = []

  add(a: Int32Array, b: Int32Array, aMin = 2, bMin = 2): void {
    if (a.length < aMin || b.length < bMin) return
    this.left.push(a.subarray(0, sideTokensMax))
    this.right.push(b.subarray(0, sideTokensMax))
  }

  finish(): Pairs {
    const { tokens: a, starts: aStarts } = packed(this.left)
    const { tokens: b, starts: bStarts } = packed(this.right)
    return { count: this.left.length, a, aStarts, b, bStarts }
  }
}

function packed(lists: readonly Int32Array[]) {
  const starts = new Int32Array(new SharedArrayBuffer((lists.length + 1) * 4))
  lists.forEach((list, i) => {
    starts[i + 1] = (starts[i] as number) + list.length
  })
  const tokens = new Int32Array(new SharedArrayBuffer((starts[lists.length] as number) * 4))
  lists.forEach((list, i) => {
    tokens.set(list, starts[i] as number)
  })
  return { tokens, starts }
}
