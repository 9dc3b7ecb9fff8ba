// BEAM as published: a folder of chats (chats/100K of the authors' repository, or what their download_dataset.py writes),
// each with chat.json and probing_questions/probing_questions.json. In the repository a session is one exchange about one
// thing (an inner list of turns); the downloaded form only has the batches, which are a good deal longer.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { BenchQuery, BenchStore, BenchTurn } from './dataset.ts'

interface Batch {
  readonly time_anchor?: string | null
  readonly turns: readonly (readonly Message[])[]
}

type Chat = readonly (Batch | readonly Message[])[]

interface Message {
  readonly id: number
  readonly role: 'user' | 'assistant'
  readonly content: string
  readonly time_anchor?: string | null
}

type Questions = Readonly<
  Record<string, readonly { readonly question: string; readonly source_chat_ids?: unknown }[]>
>

const dayMs = 86_400_000
/** Left in the users' texts by the authors' generator. */
const generatorMark = /\s*->->\s*[\d,\s]*$/

export function isBeamFolder(folder: string): boolean {
  return chatsIn(folder).length > 0
}

export function* readBeam(folder: string): Generator<BenchStore> {
  for (const chat of chatsIn(folder)) {
    const name = `${basename(folder)}/${chat}`
    const turns = turnsOf(readJson(join(folder, chat, 'chat.json')) as Chat)
    const questions = readJson(join(folder, chat, 'probing_questions', 'probing_questions.json')) as Questions
    const lastSession = turns.findLast(({ sessionId }, index) => sessionId !== turns[index - 1]?.sessionId)
    yield { name, turns, queries: queriesOf(name, questions, turns, (lastSession?.ts ?? 0) + dayMs) }
  }
}

function chatsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'chat.json')))
    .sort((a, b) => Number(a) - Number(b))
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'))
}

function turnsOf(chat: Chat): BenchTurn[] {
  const turns: BenchTurn[] = []
  const uses = new Map<number, number>()
  let group = 0
  let anchor = 0
  for (const batch of chat.map(batchOf)) {
    for (const messages of batch.turns) {
      group += 1
      anchor = timeOf(messages[0]?.time_anchor ?? batch.time_anchor) ?? anchor
      for (const [index, { id, role, content }] of messages.entries()) {
        const use = (uses.get(id) ?? 0) + 1
        uses.set(id, use)
        turns.push({
          // Longer chats use some ids twice; a turn of its own each, or one would replace the other.
          id: use === 1 ? String(id) : `${id}#${use}`,
          sessionId: `g${group}`,
          ts: anchor + (group + index) * 1_000,
          role,
          speaker: null,
          text: content.replace(generatorMark, ''),
        })
      }
    }
  }
  return turns
}

function batchOf(batch: Chat[number]): Batch {
  return 'turns' in batch ? batch : { turns: [batch] }
}

/** "March-15-2024" */
function timeOf(anchor: string | null | undefined): number | null {
  if (anchor == null) return null
  const at = Date.parse(`${anchor.replaceAll('-', ' ')} UTC`)
  return Number.isNaN(at) ? null : at
}

function queriesOf(
  name: string,
  questions: Questions,
  turns: readonly BenchTurn[],
  ts: number,
): BenchQuery[] {
  const sessionOf = new Map(turns.map((turn) => [turn.id, turn.sessionId]))
  return Object.entries(questions).flatMap(([type, list]) =>
    list.map(({ question, source_chat_ids }, index) => {
      const named = new Set(numbersIn(source_chat_ids).map(String))
      const goldTurns = turns.map(({ id }) => id).filter((id) => named.has(id.replace(/#.*$/, '')))
      return {
        qid: `${name}/${type}${index}`,
        text: question,
        type,
        ts,
        goldTurns,
        goldSessions: [...new Set(goldTurns.map((id) => sessionOf.get(id) ?? ''))],
        abstain: goldTurns.length === 0,
      }
    }),
  )
}

/** Sources are a list, or lists by aspect. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(numbersIn)
}
