// One table of weights: what each piece of evidence adds to a score. BM25 parts are divided by the sum of the question's
// idf, so a weight means the same for every question. Values come from coordinate search on conversation benchmarks
// (LoCoMo and LongMemEval, development halves) and were kept only where all held; see docs/benchmarks.md.

/**
 * Those of `opening` and `wish` were chosen later and then validated store by store: each fold would have them as high or
 * higher, and what they add on the stores left out is above zero (95 % interval).
 */
export const weights = {
  /** BM25 of the turn, strongly length-normalised: long assistant answers hold every word. */
  turn: 0.38,
  /** BM25 of the turn with its partner: an answer is found by the words of its question. */
  round: 0.51,
  /** BM25 of the whole session: the topic was this. */
  session: 0.31,
  /** Words that stand side by side in the cue and in the turn. */
  bigram: 0.4,
  /** Holds a phrase the cue quotes: before everything that does not. */
  phrase: 3,
  /** BM25 of the following turn: a reply that repeats the cue's words vouches for what it replies to. */
  next: 0.08,
  /** Said in the stretch of time the cue names. Adds, never filters. */
  window: 0.25,
  /** Said by the person the cue names. */
  speaker: 0.6,
  /**
   * Said by the user, unless the cue asks what the assistant said. The benchmarks would have 0.5: their answers are
   * nearly all in what users say. In coding sessions many are in what the assistant reports.
   */
  user: 0.3,
  /** Said by the assistant, where the cue asks what it said. */
  assistant: 0.1,
  /** Opens its session: the first request says what the session is about. */
  opening: 0.1,
  /** The user states a lasting wish ("always", "I prefer"), where the cue asks for help or advice. */
  wish: 0.1,
  /** A number, where the cue asks how many. */
  number: 0.1,
  /** A time, where the cue asks when. A form, not a topic: at 0.3 it outweighed words that were missing. */
  time: 0.15,
  /** A name, where the cue asks who or where. */
  name: 0.07,
  /** The turn itself asks, between people: questions seldom hold answers. Requests to an assistant are exempt. */
  question: -0.1,
  /** Said in the asker's own session, which it has in front of it already: other sessions first. Not from a benchmark. */
  own: -0.5,
  /**
   * Nearness of the turn's meaning to the cue's, as the contrast with what the nearest turns have in common. These three
   * stand in the flat middle of a grid over all three benchmarks. Chosen on four fifths of the stores, such weights add 0.3
   * (LoCoMo), 1.5 (BEAM) and 0.3 (LongMemEval) points of NDCG@10 on the fifth left out.
   */
  meaning: 0.2,
  /** The same of the turn together with the turns around it: short turns say little by themselves. */
  surroundings: 0.3,
  /** The best of the turn's session. */
  sessionMeaning: 0.1,
  /** What words add, as far as they are not believed (wordTrust): takes just that away again. */
  doubt: -1,
  /**
   * What habits add, as far as words are not believed. They were weighed to tell turns apart that hold the cue's words;
   * among turns that do not they stood before what is near by meaning.
   */
  habitDoubt: -0.5,
} as const

export type Component = keyof typeof weights

export const meaningComponents = [
  'meaning',
  'surroundings',
  'sessionMeaning',
] as const satisfies readonly Component[]

/** What makes a turn be about the cue, by its words or otherwise; the rest makes one such turn likelier than another. */
export const wordComponents = [
  'turn',
  'round',
  'session',
  'next',
  'bigram',
] as const satisfies readonly Component[]
export const otherTopicalComponents = ['phrase', 'window', 'speaker'] as const satisfies readonly Component[]
/** By any of these a turn has something of the cue. */
export const foundingComponents = [
  'turn',
  'round',
  'session',
  'next',
  'phrase',
  'window',
] as const satisfies readonly Component[]
/** Who says such things, where and in what form. `own` is none: an asker always has its session in front of it. */
export const habitComponents = [
  'user',
  'assistant',
  'opening',
  'wish',
  'number',
  'time',
  'name',
  'question',
] as const satisfies readonly Component[]

/**
 * An answer needs a hit with this relevance. Chosen where it costs next to nothing of what is found and well below what
 * would cost any of the three benchmarks more than 1 % of it; docs/benchmarks.md says what it catches.
 */
export const relevanceFloor = 0.33

/**
 * When words in common are believed as they stand, beside vectors: two of them side by side anywhere, or a session that
 * has most of them, and more than one of three or more. Below, a word in common is mostly chance, and the more so the
 * longer the sessions. docs/benchmarks.md says what doubting gives and costs: paraphrases live on it, and LoCoMo's
 * sessions, where people are asked about by name, lost by it; so a cue that names who speaks is not doubted.
 */
export const wordTrust = { bigram: 0.2, session: 1, sessionPower: 5 } as const

/**
 * Correlation over the pool between what words and what vectors say. Below `none` the words of a session are chance
 * however many it has, from `full` on they are believed. Of `cueTermsMin` words and `turnsMin` turns at least: fewer say
 * nothing about it.
 */
export const wordAgreement = { none: 0.2, full: 0.4, cueTermsMin: 3, turnsMin: 20 } as const

/**
 * Where the cue means a verb together with its particle ("log people in"): what is left of the verb alone, as a word and by
 * meaning, and what the two together (`login`) count for by meaning. docs/benchmarks.md has what it gives.
 */
export const usedUpVerb = { words: 0.1, meaning: 0.1, whole: 1.5 } as const

/**
 * Cosine from which a turn is shown though it has none of the cue's words, where there is an answer at all. Cosines here are
 * on the scale of the built-in model, whoever made the vectors (embedding/cosine-scale.ts).
 */
export const foundedNearness = 0.1

/**
 * Cosine from which a turn is about the cue though it has none of its words: `least`, and more the more passages there are
 * to choose from, because the nearest of many is near by chance: .21 among a hundred memories, .31 among six hundred.
 * Set where questions of another store are answered with nothing as often as by the model before; a lower one finds more
 * paraphrases and answers more questions with what has nothing to do with them. docs/benchmarks.md has both figures.
 */
export const nearnessFloor = { least: 0.17, base: -0.043, perLogPassage: 0.055 } as const

/**
 * Relevance asks for this many words of a cue, the rarest: no turn holds most of a long prompt. With twelve, questions
 * buried in four others meet the floor as often as questions alone.
 */
export const relevantTermsMax = 12

/** BM25 settings by document: k1 saturates repetitions, b normalises length. */
export const bm25Settings = {
  turn: { k1: 1.6, b: 0.95 },
  round: { k1: 1.2, b: 0.6 },
  // Counts turns that hold a word, not occurrences, so it saturates later.
  session: { k1: 2, b: 0.5 },
  next: { k1: 1.2, b: 0.75 },
} as const
