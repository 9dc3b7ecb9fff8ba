// The command line's ways in and out, handed to the commands so that a test can be the terminal.
import { createInterface } from 'node:readline/promises'
import { text } from 'node:stream/consumers'

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
  /** One line typed by the user, without its line break. */
  ask(question: string): Promise<string>
}

export function processIo(): Io {
  const { stdin, stdout, stderr } = process
  return {
    stdout,
    stderr,
    styled: stdout.isTTY === true && stdout.hasColors(),
    progressColumns: process.stderr.isTTY === true ? process.stderr.columns : null,
    interactive: stdin.isTTY === true && stdout.isTTY === true,
    cwd: process.cwd(),
    readStdin: () => text(stdin),
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
