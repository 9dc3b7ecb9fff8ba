// Invents a history of coding sessions for load benchmarks, the same for the same seed. Words come from three sources:
// English function words (about half, as in real text), a common vocabulary, and the vocabulary of the session's
// topics; each is drawn by Zipf's law, so document frequencies and co-occurrence have the shape of real text.

export interface InventedTurn {
  readonly role: 'user' | 'assistant'
  readonly text: string
  readonly message_id: string
  readonly said_at: number
}

export interface InventedSession {
  readonly session_id: string
  readonly project: string
  readonly turns: readonly InventedTurn[]
}

const functionWords =
  'the of and to a in is it that for on you this with be are have not as at we can if or from an by do so but what there all when use will one would about which up out how their then them just now like no get some could also than into only other new more these may should first any'.split(
    ' ',
  )
const consonants = [
  'b',
  'c',
  'd',
  'f',
  'g',
  'h',
  'k',
  'l',
  'm',
  'n',
  'p',
  'r',
  's',
  't',
  'v',
  'st',
  'tr',
  'pl',
  'gr',
  'sh',
]
const vowels = ['a', 'e', 'i', 'o', 'u', 'ea', 'io']
const topicsCount = 80
const wordsPerTopic = 350
const commonWordsCount = 2_500
const turnsPerSession = 24
const sessionGapMs = 45 * 60_000
const turnGapMs = 40_000

/** A small seeded generator (mulberry32): uniform in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Sessions with `turns` turns in all over `projects` projects, oldest first, ending at `endMs`. */
export function* inventedHistory(options: {
  readonly turns: number
  readonly projects: number
  readonly seed: number
  readonly endMs: number
}): Generator<InventedSession> {
  const random = seededRandom(options.seed)
  const words = vocabulary(random)
  const sessions = Math.ceil(options.turns / turnsPerSession)
  let left = options.turns
  for (let index = 0; index < sessions; index += 1) {
    const startedAt = options.endMs - (sessions - index) * sessionGapMs
    const topics = [Math.floor(random() * topicsCount), Math.floor(random() * topicsCount)]
    const count = Math.min(turnsPerSession, left)
    left -= count
    yield {
      session_id: `ses_${index}`,
      project: `git:example.org/bench/p${Math.floor(random() * options.projects)}`,
      turns: Array.from({ length: count }, (_, turn) => ({
        role: turn % 2 === 0 ? 'user' : 'assistant',
        text: inventedText(random, words, topics, turn % 2 === 0 ? 28 : 75),
        message_id: `msg_${index}_${turn}`,
        said_at: startedAt + turn * turnGapMs,
      })),
    }
  }
}

/** A question in plain words about `turn`: a few of its own words, some function words around them. */
export function questionAbout(turn: InventedTurn, random: () => number): string {
  const content = [...new Set(turn.text.match(/[\p{L}\d_.]{4,}/gu) ?? [])]
  const picked = Array.from({ length: 5 }, () => content[Math.floor(random() * content.length)] ?? 'nothing')
  return `what did we say about the ${picked.join(' ')}`
}

interface Vocabulary {
  readonly common: readonly string[]
  readonly topics: readonly (readonly string[])[]
}

function vocabulary(random: () => number): Vocabulary {
  const invented = (count: number): string[] => Array.from({ length: count }, () => inventedWord(random))
  return {
    common: invented(commonWordsCount),
    topics: Array.from({ length: topicsCount }, () => invented(wordsPerTopic)),
  }
}

function inventedText(
  random: () => number,
  words: Vocabulary,
  topics: readonly number[],
  meanWords: number,
): string {
  const length = Math.max(3, Math.round(meanWords * Math.exp((random() + random() + random() - 1.5) * 0.9)))
  const text: string[] = []
  for (let index = 0; index < length; index += 1) {
    const kind = random()
    const topic = words.topics[topics[random() < 0.7 ? 0 : 1] ?? 0] ?? []
    if (kind < 0.48) text.push(zipf(random, functionWords))
    else if (kind < 0.72) text.push(zipf(random, words.common))
    else if (kind < 0.95) text.push(zipf(random, topic))
    else text.push(identifier(random, topic))
    if (random() < 0.08) text.push('.')
  }
  return text.join(' ').replaceAll(' .', '.')
}

/** Index drawn with probability about 1 / rank. */
function zipf(random: () => number, list: readonly string[]): string {
  return list[Math.min(list.length - 1, Math.floor((list.length + 1) ** random()) - 1)] ?? ''
}

function identifier(random: () => number, topic: readonly string[]): string {
  const [a, b] = [zipf(random, topic), zipf(random, topic)]
  const shapes = [
    `${a}_${b}`,
    `${a}${b.charAt(0).toUpperCase()}${b.slice(1)}`,
    `src/${a}/${b}.ts`,
    `${Math.floor(random() * 9_000) + 1_000}`,
  ]
  return shapes[Math.floor(random() * shapes.length)] ?? a
}

function inventedWord(random: () => number): string {
  const syllables = 2 + Math.floor(random() * 3)
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? ''
  return Array.from({ length: syllables }, () => pick(consonants) + pick(vowels)).join('')
}
