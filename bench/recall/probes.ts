// Pairs of a question and the memory that answers it, a line each (bench/probes/*.txt): one store, in which every memory
// stands in a session of its own and the answers to the other questions are the distractors. A line that begins with `|`
// is one more of these, without a question.
import type { BenchStore } from './dataset.ts'

const firstSaidAt = Date.UTC(2026, 0, 5)
const minuteMs = 60_000

export function readProbes(name: string, text: string): BenchStore {
  const pairs = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => (line.startsWith('| ') ? ['', line.slice(2)] : line.split(' | ')))
  const askedAt = firstSaidAt + pairs.length * minuteMs
  return {
    name,
    turns: pairs.map(([, memory = ''], index) => ({
      id: `memory-${index}`,
      sessionId: `session-${index}`,
      ts: firstSaidAt + index * minuteMs,
      role: 'user',
      speaker: null,
      text: memory,
    })),
    queries: pairs.flatMap(([question = ''], index) =>
      question === ''
        ? []
        : {
            qid: `question-${index}`,
            text: question,
            type: name,
            ts: askedAt,
            goldTurns: [`memory-${index}`],
            goldSessions: [`session-${index}`],
            abstain: false,
          },
    ),
  }
}
