// LongMemEval as published (longmemeval_s.json and its sisters): one question with its own haystack of sessions each.
import type { BenchStore, BenchTurn } from './dataset.ts'

interface Instance {
  readonly question_id: string
  readonly question_type: string
  readonly question: string
  /** "2023/05/20 (Sat) 02:21" */
  readonly question_date: string
  readonly haystack_session_ids: readonly string[]
  readonly haystack_dates: readonly string[]
  readonly haystack_sessions: readonly (readonly Message[])[]
  readonly answer_session_ids: readonly string[]
}

interface Message {
  readonly role: 'user' | 'assistant'
  readonly content: string
  readonly has_answer?: boolean
}

export function isLongMemEval(json: unknown): json is readonly Instance[] {
  return Array.isArray(json) && json[0] !== undefined && 'haystack_sessions' in json[0]
}

export function* readLongMemEval(instances: readonly Instance[]): Generator<BenchStore> {
  for (const instance of instances) {
    const turns: BenchTurn[] = []
    const goldTurns: string[] = []
    for (const [sessionId, date, messages] of sessionsOf(instance)) {
      const startedAt = timeOf(date)
      for (const [index, { role, content, has_answer }] of messages.entries()) {
        const id = `${sessionId}_${index}`
        turns.push({ id, sessionId, ts: startedAt + index * 1_000, role, speaker: null, text: content })
        if (has_answer === true) goldTurns.push(id)
      }
    }
    const query = {
      qid: instance.question_id,
      text: instance.question,
      type: instance.question_type,
      ts: timeOf(instance.question_date),
      goldTurns,
      goldSessions: instance.answer_session_ids,
      abstain: instance.question_id.endsWith('_abs'),
    }
    yield { name: instance.question_id, turns: turns.sort((a, b) => a.ts - b.ts), queries: [query] }
  }
}

/** Each session once: some haystacks hold one twice. */
function sessionsOf(instance: Instance): [string, string, readonly Message[]][] {
  const { haystack_session_ids: ids, haystack_dates: dates, haystack_sessions: sessions } = instance
  return ids.flatMap((id, index): [string, string, readonly Message[]][] =>
    ids.indexOf(id) === index ? [[id, dates[index] ?? '', sessions[index] ?? []]] : [],
  )
}

function timeOf(date: string): number {
  const match = /^(\d{4})\/(\d{2})\/(\d{2}).* (\d{2}):(\d{2})$/.exec(date)
  if (match === null) throw new Error(`not a LongMemEval date: ${date}`)
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = match.slice(1).map(Number)
  return Date.UTC(year, month - 1, day, hour, minute)
}
