// Whose question a message was that is too long to be read: its id and method, from the two ends of its line. A host waits
// for the answer to that id, without an end. Hosts write both before what is long or behind it, so the ends are enough; what
// cannot be told from them is null.

export interface LongMessage {
  readonly id: string | number | null
  readonly method: string | null
}

export function readLongMessage(head: Buffer, tail: Buffer): LongMessage {
  const before = membersAtStart(head.toString('utf8'))
  const behind = membersAtEnd(tail.toString('utf8'))
  const id = before.get('id') ?? behind.get('id')
  const method = before.get('method') ?? behind.get('method')
  return {
    id: typeof id === 'string' || typeof id === 'number' ? id : null,
    method: typeof method === 'string' ? method : null,
  }
}

type Members = ReadonlyMap<string, unknown>

const text = String.raw`"(?:[^"\\]|\\.)*"`
const scalar = String.raw`${text}|-?\d[\d.eE+-]*|true|false|null`

/** Plain members of the object that begins here, up to the first that is not whole or not plain. */
function membersAtStart(start: string): Members {
  const open = /^\s*\{/.exec(start)
  const member = new RegExp(String.raw`\s*(${text})\s*:\s*(${scalar})\s*,`, 'y')
  member.lastIndex = open?.[0].length ?? start.length
  const members = new Map<string, unknown>()
  for (let found = member.exec(start); found !== null; found = member.exec(start)) {
    const [, name = '', value = ''] = found
    members.set(String(parsed(name)), parsed(value))
  }
  return members
}

/**
 * Plain members of the object that ends here, back to the first that is not. Nothing is taken for a name that stands in a
 * text: there its quotes would be escaped.
 */
function membersAtEnd(end: string): Members {
  const members = new Map<string, unknown>()
  let rest = end.trimEnd()
  if (!rest.endsWith('}')) return members
  rest = rest.slice(0, -1)
  const member = new RegExp(String.raw`,\s*("[a-z]{1,16}")\s*:\s*(${scalar})\s*$`)
  for (let found = member.exec(rest); found !== null; found = member.exec(rest)) {
    const [, name = '', value = ''] = found
    members.set(String(parsed(name)), parsed(value))
    rest = rest.slice(0, found.index)
  }
  return members
}

/** A text with a broken escape, or a number that is none, says nothing. */
function parsed(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return null
  }
}
