// What the plugin says, it says in the host's own log, one line per kind of trouble until things went well again, and
// what concerns the user on the screen too. That no daemon runs is not trouble: it is said nowhere, unless one could not
// be started. Never carries memory text.
import { isClientError } from '@iai-mcp/client/client-error'
import type { HostClient } from './host.ts'

export interface Reporter {
  warn(message: string): void
  /** Says once what went wrong at `where`; stays silent when no daemon runs. */
  failed(where: string, error: unknown, consequence?: string): void
  /** What the user should see: in the log, and where they look while they work. Once until things went well again. */
  tell(message: string): void
  /** `where` works again: its next failure is news. */
  worked(where: string): void
}

export function createReporter(client: HostClient): Reporter {
  const said = new Set<string>()

  function say(message: string): void {
    // Not awaited: during start-up the host answers only after the plugin has loaded.
    Promise.resolve()
      .then(() => client.app.log({ body: { service: 'iai-mcp', level: 'warn', message } }))
      .catch(() => {
        // The host's log is the only place to say it; without it there is none.
      })
  }

  function show(message: string): void {
    Promise.resolve()
      .then(() => client.tui?.showToast?.({ body: { title: 'iai-mcp', message, variant: 'warning' } }))
      .catch(() => {
        // Said in the log already.
      })
  }

  return {
    warn: (message) => say(message),
    failed(where, error, consequence) {
      if (isClientError(error) && error.kind === 'not_running') return
      const kind = isClientError(error) ? `${where} ${error.kind} ${error.code}` : `${where} unexpected`
      if (said.has(kind)) return
      said.add(kind)
      const message = error instanceof Error ? error.message : String(error)
      say([`${where}: ${message}`, consequence].filter(Boolean).join('; '))
    },
    tell(message) {
      const kind = `session context told ${message}`
      if (said.has(kind)) return
      said.add(kind)
      say(message)
      show(message)
    },
    worked(where) {
      for (const kind of said) if (kind.startsWith(`${where} `)) said.delete(kind)
    },
  }
}
