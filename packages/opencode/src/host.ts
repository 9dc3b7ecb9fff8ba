// The part of OpenCode's plugin interface that is used here, as its 1.x releases have it. Written down instead of
// imported so that the plugin has no dependency; everything from the host is treated as possibly absent.

export interface HostPart {
  readonly id?: string
  readonly messageID?: string
  readonly sessionID?: string
  readonly type: string
  readonly text?: string
  /** Made by the host or a plugin, not typed by the user. */
  readonly synthetic?: boolean
  /** Shown to the user, not sent to the model. */
  readonly ignored?: boolean
  readonly time?: { readonly start?: number; readonly end?: number }
}

export interface HostMessage {
  readonly id: string
  readonly sessionID: string
  readonly role: string
  readonly summary?: unknown
  readonly agent?: string
  readonly time?: { readonly created?: number; readonly completed?: number }
}

export interface HostEvent {
  readonly type: string
  readonly properties?: Readonly<Record<string, unknown>>
}

export interface HostClient {
  readonly session: {
    get(request: { path: { id: string } }): Promise<{ data?: { parentID?: string } | undefined }>
  }
  readonly app: {
    log(request: {
      body: { service: string; level: 'debug' | 'info' | 'warn' | 'error'; message: string }
    }): Promise<unknown>
  }
  /** Shown where a user looks at the terminal; `opencode run` shows none. */
  readonly tui?: {
    showToast?(request: {
      body: { title: string; message: string; variant: 'info' | 'warning' }
    }): Promise<unknown>
  }
}

export interface HostInput {
  readonly client: HostClient
  readonly directory: string
}

interface HostMcpEntry {
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

export interface HostConfig {
  readonly agent?: Readonly<Record<string, { readonly prompt?: string } | undefined>>
  readonly mcp?: Readonly<Record<string, HostMcpEntry | undefined>>
}

export interface Hooks {
  config(config: HostConfig): Promise<void>
  event(input: { event: HostEvent }): Promise<void>
  dispose(): Promise<void>
  'chat.message'(
    input: { sessionID: string },
    output: { message: HostMessage; parts: HostPart[] },
  ): Promise<void>
  'experimental.chat.system.transform'(
    input: { sessionID?: string },
    output: { system: string[] },
  ): Promise<void>
  'experimental.session.compacting'(
    input: { sessionID: string },
    output: { context: string[] },
  ): Promise<void>
  'experimental.text.complete'(
    input: { sessionID: string; messageID: string; partID: string },
    output: { text: string },
  ): Promise<void>
}
