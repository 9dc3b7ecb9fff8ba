// Reads the answer of an embedding endpoint, OpenAI's shape or Ollama's, and holds it to what was asked.
import { z } from 'zod'
import { AppError } from '../../kit/errors.ts'

const row = z.array(z.number()).min(1)
const answer = z.union([
  z.object({ data: z.array(z.object({ index: z.int().min(0), embedding: row })) }),
  z.object({ embeddings: z.array(row) }),
])

/** One row per text asked for, in order. Raises `unavailable` for anything else. */
export function rowsOf(text: string, count: number): readonly (readonly number[])[] {
  const parsed = answer.safeParse(parseJson(text))
  if (!parsed.success) throw wrong('an answer that is not an embedding answer')
  const rows: (readonly number[])[] = []
  if ('embeddings' in parsed.data) rows.push(...parsed.data.embeddings)
  else for (const { index, embedding } of parsed.data.data) rows[index] = embedding
  const isWhole = rows.length === count && Array.from({ length: count }, (_, i) => rows[i]).every(Boolean)
  if (!isWhole) throw wrong(`${rows.filter(Boolean).length} vectors for ${count} texts`)
  return rows
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function wrong(what: string): AppError {
  return new AppError('unavailable', `the embedding endpoint sent ${what}; check that the model embeds text`)
}
