// How the story looks on paper: headings, dialogue, what a session is given with the reason for each line. Says nothing
// of its own that was not asked from the daemon.

import type { z } from 'zod'
import type { sessionStartPayload } from '../../packages/daemon/src/operations/session-start-payload.ts'
import { terminalText } from '../../packages/daemon/src/text/remembered.ts'
import type { Conversation } from './script.ts'

type Context = z.output<(typeof sessionStartPayload)['result']>

export interface Teller {
  week(title: string): void
  conversation(conversation: Conversation): void
  /** What happens beside the conversations. */
  scene(text: string): void
  /** What is looked at, line by line. */
  shown(lines: readonly string[]): void
  context(context: Context): void
}

const columns = 100

export function createTeller(print: (line: string) => void): Teller {
  function block(text: string, first: string, rest: string): void {
    for (const line of wrapped(terminalText(text), first, rest)) print(line)
  }

  return {
    week(title) {
      print('')
      print(`${title} ${'─'.repeat(columns - title.length - 1)}`)
    },
    conversation({ at, project, folder, client, said }) {
      print('')
      print(`${dayOf(at)} · ${project}${folder === undefined ? '' : `, in its clone ${folder}`} · ${client}`)
      for (const { who, text } of said) block(text, `  ${who.padEnd(7)}`, ' '.repeat(9))
    },
    scene(text) {
      print('')
      block(text, '▸ ', '  ')
    },
    shown(lines) {
      for (const line of lines) block(line, '    ', '      ')
    },
    context({ explanation = [] }) {
      const titles = { l0: 'Who the user is', l1: 'What happened here lately', rich_club: 'What holds here' }
      for (const [layer, title] of Object.entries(titles)) {
        const lines = explanation.filter((each) => each.layer === layer)
        if (lines.length === 0) continue
        print(`    ${title}`)
        for (const { line, reason } of lines) {
          block(line, '      ', '        ')
          block(`why: ${reason}`, '          ', '               ')
        }
      }
      const excerpts = explanation.filter((each) => each.layer === 'l2').length
      if (excerpts > 0) print(`    and, word for word, ${excerpts} of the latest exchanges`)
    },
  }
}

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const months = ['January', 'February', 'March', 'April']

function dayOf(iso: string): string {
  const at = new Date(iso)
  return `${days[at.getUTCDay()]} ${at.getUTCDate()} ${months[at.getUTCMonth()]}`
}

function wrapped(text: string, first: string, rest: string): string[] {
  const lines: string[] = []
  let line = first
  let isEmpty = true
  for (const word of text.split(/\s+/u)) {
    if (!isEmpty && line.length + 1 + word.length > columns) {
      lines.push(line)
      line = rest
      isEmpty = true
    }
    line += isEmpty ? word : ` ${word}`
    isEmpty = false
  }
  return [...lines, line]
}
