// Reads the corpus format (JSON lines, gzipped or not) into one stream of word ids with marks between sentences,
// paragraphs and sections. Holds no text afterwards: only counts, ids and where each section starts.
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { jsonLines } from '../../bench/support/json-lines.ts'

const sentenceEnd = -1
export const paragraphEnd = -2

/** One line of `corpus-*.jsonl`: a section of a document. */
interface SectionLine {
  readonly source: string
  readonly doc: string
  readonly title: string
  readonly paragraphs: readonly string[]
}

/** One line of `pairs-lexical.jsonl`: two texts that mean the same or nearly so. */
interface PairLine {
  readonly a: string
  readonly b: string
  readonly kind: string
}

export interface Section {
  readonly source: string
  readonly doc: string
  readonly title: Int32Array
  /** Half-open range of `Corpus.tokens`. */
  readonly start: number
  readonly end: number
}

export interface LexicalPair {
  readonly a: Int32Array
  readonly b: Int32Array
  readonly kind: string
}

export interface Corpus {
  /** Word ids (by first appearance) and the two negative marks. */
  readonly tokens: Int32Array<SharedArrayBuffer>
  readonly words: readonly string[]
  readonly sections: readonly Section[]
  readonly lexical: readonly LexicalPair[]
  /** Per word: how often it occurs in the stream, and in how many sources (pairs count as one). */
  readonly counts: Float64Array
  readonly sourceCounts: Int32Array
}

export type CorpusProgress = (sections: number, tokens: number) => void

const sentenceSeam = /(?<=[.!?])\s+/

export async function readCorpus(
  folder: string,
  wordsOf: (text: string) => string[],
  onProgress: CorpusProgress,
): Promise<Corpus> {
  const ids = new Map<string, number>()
  const idsOf = (text: string): Int32Array => {
    const found = wordsOf(text)
    const out = new Int32Array(found.length)
    for (let i = 0; i < found.length; i++) {
      const word = found[i] as string
      out[i] = numberOf(ids, word)
    }
    return out
  }
  const stream = new GrowingInts()
  const sections: Section[] = []
  for await (const line of jsonLines(await pathOf(folder, 'corpus-permissive'))) {
    const section = line as SectionLine
    const start = stream.length
    for (const paragraph of section.paragraphs) {
      let any = false
      for (const sentence of paragraph.split(sentenceSeam)) {
        const found = idsOf(sentence)
        if (found.length === 0) continue
        stream.append(found)
        stream.push(sentenceEnd)
        any = true
      }
      if (any) stream.push(paragraphEnd)
    }
    const { source, doc } = section
    sections.push({ source, doc, title: idsOf(section.title), start, end: stream.length })
    if (sections.length % 20_000 === 0) onProgress(sections.length, stream.length)
  }
  const lexical: LexicalPair[] = []
  for await (const line of jsonLines(await pathOf(folder, 'pairs-lexical'))) {
    const pair = line as PairLine
    const a = idsOf(pair.a)
    const b = idsOf(pair.b)
    lexical.push({ a, b, kind: pair.kind })
    if (pair.kind !== 'definition' && pair.kind !== 'example') continue
    stream.append(a)
    stream.append(b)
    stream.push(paragraphEnd)
  }
  onProgress(sections.length, stream.length)
  const words = [...ids.keys()]
  return {
    tokens: stream.shared(),
    words,
    sections,
    lexical,
    ...countWords(stream, words.length, sections, lexical),
  }
}

function countWords(
  stream: GrowingInts,
  wordCount: number,
  sections: readonly Section[],
  lexical: readonly LexicalPair[],
): Pick<Corpus, 'counts' | 'sourceCounts'> {
  const counts = new Float64Array(wordCount)
  const sourceCounts = new Int32Array(wordCount)
  const lastSource = new Int32Array(wordCount).fill(-1)
  const sourceIds = new Map<string, number>()
  const see = (id: number, source: number) => {
    if (lastSource[id] === source) return
    lastSource[id] = source
    sourceCounts[id] = (sourceCounts[id] as number) + 1
  }
  const tokens = stream.view()
  for (const token of tokens) if (token >= 0) counts[token] = (counts[token] as number) + 1
  for (const section of sections) {
    const source = numberOf(sourceIds, section.source)
    for (let at = section.start; at < section.end; at++) {
      const id = tokens[at] as number
      if (id >= 0) see(id, source)
    }
  }
  // A word of the dictionary counts as well spread: it is no project's private name.
  for (const pair of lexical) for (const id of [...pair.a, ...pair.b]) sourceCounts[id] = 1_000_000
  return { counts, sourceCounts }
}

/** The number of `name`: 0, 1, 2, … in the order of first sight. */
function numberOf(numbers: Map<string, number>, name: string): number {
  const known = numbers.get(name)
  if (known !== undefined) return known
  const number = numbers.size
  numbers.set(name, number)
  return number
}

async function pathOf(folder: string, name: string): Promise<string> {
  for (const ending of ['.jsonl.gz', '.jsonl']) {
    const path = join(folder, name + ending)
    const there = await access(path).then(
      () => true,
      () => false,
    )
    if (there) return path
  }
  throw new Error(
    `${join(folder, name)}.jsonl(.gz) is not there; see docs/model-card.md for the corpus format`,
  )
}

class GrowingInts {
  private held = new Int32Array(1 << 20)
  length = 0

  push(value: number): void {
    if (this.length === this.held.length) this.grow(this.length + 1)
    this.held[this.length++] = value
  }

  append(values: Int32Array): void {
    if (this.length + values.length > this.held.length) this.grow(this.length + values.length)
    this.held.set(values, this.length)
    this.length += values.length
  }

  view(): Int32Array {
    return this.held.subarray(0, this.length)
  }

  shared(): Int32Array<SharedArrayBuffer> {
    const copy = new Int32Array(new SharedArrayBuffer(this.length * 4))
    copy.set(this.view())
    return copy
  }

  private grow(needed: number): void {
    const larger = new Int32Array(Math.max(needed, this.held.length * 2))
    larger.set(this.view())
    this.held = larger
  }
}
