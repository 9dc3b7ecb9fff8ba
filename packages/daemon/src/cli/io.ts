// The command line's ways in and out, handed to the commands so that a test can be the terminal.
import { createInterface } from 'node:readline/promises'
import { text } from 'node:stream/consumers'
import { AppError } from '../kit/errors.ts'

export interface Io {
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
  /** stdout is a terminal: styles may be used */
  readonly styled: boolean
  /** Width of the terminal on stderr; null when it is none, and progress is told in plain lines. */
  readonly progressColumns: number | null
  /** a person can be asked */
  readonly interactive: boolean
  readonly cwd: string
  readStdin(): Promise<string>
  /** A yes or no; leaving is no. */
  confirm(question: string): Promise<boolean>
  /** One line typed by the user, without its line break. */
  ask(question: string): Promise<string>
  /** The same without showing what is typed; leaving is ''. */
  askSecret(question: string): Promise<string>
}

/** Read when a command needs it: many do not, and it may be gone. */
function workingDirectory(): string {
  try {
    return process.cwd()
  } catch {
    throw new AppError('not_found', 'the folder that this runs in is gone; change to another one')
  }
}

export function processIo(): Io {
  const { stdin, stdout, stderr } = process
  return {
    stdout,
    stderr,
    styled: stdout.isTTY === true && stdout.hasColors(),
    progressColumns: process.stderr.isTTY === true ? process.stderr.columns : null,
    interactive: stdin.isTTY === true && stdout.isTTY === true,
    get cwd() {
      return workingDirectory()
    },
    readStdin: () => text(stdin),
    async confirm(question) {
      // Loaded only when somebody is asked.
      const { confirm, isCancel } = await import('@clack/prompts')
      const answer = await confirm({ message: question })
      return !isCancel(answer) && answer
    },
    async askSecret(question) {
      const { password, isCancel } = await import('@clack/prompts')
      const answer = await password({ message: question })
      return isCancel(answer) ? '' : (answer ?? '')
    },
    async ask(question) {
      const reader = createInterface({ input: stdin, output: stdout })
      try {
        return await reader.question(question)
      } finally {
        reader.close()
      }
    },
  }
}
