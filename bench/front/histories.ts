// Reads the invented histories: what was said when, and which words a good start of the next session holds or leaves out.
import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'

export interface Said {
  readonly role: 'user' | 'assistant'
  readonly text: string
}

export interface Conversation {
  readonly at: number
  readonly client: string
  readonly said: readonly Said[]
}

export interface History {
  readonly name: string
  readonly conversations: readonly Conversation[]
  /** Words that the next session's agent ought to be given. */
  readonly wanted: readonly string[]
  /** Words that must not stand among what holds and what happened: outdated, done, or small talk. */
  readonly unwanted: readonly string[]
}

const folder = new URL('./histories/', import.meta.url)

export function readHistories(): readonly History[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.txt'))
  return files
    .toSorted()
    .map((file) => parse(basename(file, '.txt'), readFileSync(new URL(file, folder), 'utf8')))
}

/** `@ time client` begins a session, `>` what the user says, `<` the answer, `+` and `-` what is wanted and unwanted. */
function parse(name: string, text: string): History {
  const conversations: { at: number; client: string; said: { role: Said['role']; text: string }[] }[] = []
  const wanted: string[] = []
  const unwanted: string[] = []
  for (const line of text.split('\n')) {
    const said = conversations.at(-1)?.said
    const rest = line.slice(2)
    if (line.startsWith('@ ')) {
      const [at = '', client = ''] = rest.split(' ')
      conversations.push({ at: Date.parse(at), client, said: [] })
    } else if (line.startsWith('> ')) said?.push({ role: 'user', text: rest })
    else if (line.startsWith('< ')) said?.push({ role: 'assistant', text: rest })
    else if (line.startsWith('+ ')) wanted.push(rest)
    else if (line.startsWith('- ')) unwanted.push(rest)
    else if (!line.startsWith('#') && !line.startsWith('! ')) {
      const last = said?.at(-1)
      if (last !== undefined && wanted.length === 0) last.text += `\n${line}`
    }
  }
  for (const { said } of conversations) for (const each of said) each.text = each.text.trim()
  return { name, conversations, wanted, unwanted }
}
