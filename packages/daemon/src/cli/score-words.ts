// What a score is made of, in words for whoever asked with --explain; docs/guide/recall.md holds the same table.
import type { Component } from '../recall/weights.ts'
import type { Line } from './output.ts'

export const wordsOfComponent: Readonly<Record<Component, string>> = {
  turn: 'words of the question in it',
  round: 'words of the question in it and in the turn it answers, or is answered by',
  session: 'words of the question anywhere in its session',
  bigram: 'words side by side, as in the question',
  phrase: 'the exact words that were asked for in quotes',
  next: 'words of the question in the turn after it',
  window: 'said in the time asked about',
  speaker: 'said by the person who is named',
  user: 'said by the user',
  assistant: 'said by the assistant, about which was asked',
  opening: 'opens its session',
  wish: 'states a lasting wish, and advice was asked for',
  number: 'holds a number, and one was asked for',
  time: 'holds a time, and one was asked for',
  name: 'holds a name, and one was asked for',
  question: 'asks something itself',
  own: 'said in the session that asks',
  meaning: 'near in meaning',
  surroundings: 'what was said around it is near in meaning',
  sessionMeaning: 'its session is near in meaning',
  doubt: 'taken off again: so few words in common may be chance',
  habitDoubt: 'taken off again with it: part of what role, place and form of a turn added',
}

interface Scored {
  readonly score: number
  readonly relevance: number
  readonly components?: Readonly<Record<string, number>> | undefined
}

/** The score, what it is made of, most first, and the share of it that decides whether there is an answer at all. */
export function scoreLines({ score, relevance, components = {} }: Scored, floor: number): Line[] {
  const parts = Object.entries(components)
    .filter(([, points]) => points !== 0)
    .toSorted(([, a], [, b]) => Math.abs(b) - Math.abs(a))
  return [
    [`  score ${score.toFixed(3)}, made of:`],
    ...parts.map(([name, points]): Line => [`  ${signed(points)}  ${wordsOf(name)} (${name})`]),
    [`  relevance ${relevance.toFixed(2)}; ${floor} is needed by the best`],
  ]
}

function signed(points: number): string {
  const size = Math.abs(points).toFixed(3)
  // What rounds to nothing has no direction.
  const sign = Number(size) === 0 ? ' ' : points < 0 ? '-' : '+'
  return `${sign}${size}`.padStart(8)
}

/** A newer daemon may name one that this command does not know. */
function wordsOf(name: string): string {
  return Object.hasOwn(wordsOfComponent, name) ? wordsOfComponent[name as Component] : 'other evidence'
}
