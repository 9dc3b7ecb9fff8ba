// LoCoMo as published (locomo10.json): ten long conversations of two people with questions.
import type { BenchQuery, BenchStore, BenchTurn } from './dataset.ts'

interface Sample {
  readonly sample_id: string
  /** session_N: turns; session_N_date_time: "1:56 pm on 8 May, 2023" */
  readonly conversation: Readonly<Record<string, unknown>>
  readonly qa: readonly Question[]
}

interface Said {
  readonly speaker: string
  readonly dia_id: string
  readonly text: string
  readonly blip_caption?: string
}

interface Question {
  readonly question: string
  readonly evidence?: readonly string[]
  readonly category: number
}

const categories: Readonly<Record<number, string>> = {
  1: 'multi-hop',
  2: 'temporal',
  3: 'open-domain(inference)',
  4: 'single-hop',
  5: 'adversarial',
}
const dayMs = 86_400_000

export function isLocomo(json: unknown): json is readonly Sample[] {
  return Array.isArray(json) && json[0] !== undefined && 'conversation' in json[0]
}

export function* readLocomo(samples: readonly Sample[]): Generator<BenchStore> {
  for (const { sample_id, conversation, qa } of samples) {
    const turns = sessionNumbers(conversation).flatMap((number) => turnsOf(conversation, number))
    const lastSession = Math.max(
      ...sessionNumbers(conversation).map((number) => startOf(conversation, number)),
    )
    const queries = qa.map((question, index) =>
      queryOf(question, `${sample_id}:${index}`, turns, lastSession + dayMs),
    )
    yield { name: sample_id, turns, queries }
  }
}

function sessionNumbers(conversation: Sample['conversation']): number[] {
  return Object.keys(conversation)
    .flatMap((key) => /^session_(\d+)$/.exec(key)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)
}

function turnsOf(conversation: Sample['conversation'], number: number): BenchTurn[] {
  const startedAt = startOf(conversation, number)
  return (conversation[`session_${number}`] as readonly Said[]).map(
    ({ speaker, dia_id, text, blip_caption }, index) => ({
      id: dia_id,
      sessionId: `S${number}`,
      ts: startedAt + index * 1_000,
      role: 'user',
      speaker,
      text: blip_caption === undefined ? text : `${text} [image: ${blip_caption}]`,
    }),
  )
}

function startOf(conversation: Sample['conversation'], number: number): number {
  const words = String(conversation[`session_${number}_date_time`])
  const match = /^(\d+):(\d+) (am|pm) on (\d+) (\w+), (\d{4})$/i.exec(words)
  if (match === null) throw new Error(`not a LoCoMo date: ${words}`)
  const [, hour, minute, half, day, month, year] = match
  const hours = (Number(hour) % 12) + (half?.toLowerCase() === 'pm' ? 12 : 0)
  return Date.parse(`${day} ${month} ${year} ${hours}:${minute}:00 UTC`)
}

function queryOf(
  { question, evidence, category }: Question,
  qid: string,
  turns: readonly BenchTurn[],
  ts: number,
): BenchQuery {
  const sessionOf = new Map(turns.map((turn) => [turn.id, turn.sessionId]))
  const named = (evidence ?? []).flatMap((each) => each.match(/D\d+:\d+/g) ?? [])
  const goldTurns = [...new Set(named)].filter((id) => sessionOf.has(id))
  return {
    qid,
    text: question,
    type: categories[category] ?? String(category),
    ts,
    goldTurns,
    goldSessions: [...new Set(goldTurns.map((id) => sessionOf.get(id) ?? ''))],
    abstain: category === 5,
  }
}
