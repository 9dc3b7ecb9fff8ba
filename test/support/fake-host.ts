// OpenCode as a plugin sees it: fires the plugin's hooks with the objects and in the order of the released program
// (1.18), so that a unit test reads like a conversation.
import type { Hooks, HostConfig, HostEvent, HostInput, HostPart } from '../../packages/opencode/src/host.ts'

type Server = (input: HostInput, options?: unknown) => Promise<Hooks>

export interface ModelCall {
  readonly system: readonly string[]
}

export class FakeHost {
  readonly log: string[] = []
  /** What was shown on the screen. */
  readonly toasts: string[] = []
  /** What `session.get` knows; absent sessions make it answer without data. */
  readonly parents = new Map<string, string | undefined>()
  /** Set to make every `session.get` hang, or throw. */
  trouble: 'none' | 'hangs' | 'throws' = 'none'
  /** The user's last message as the plugin left it. */
  lastMessage: { readonly parts: readonly HostPart[] } = { parts: [] }
  #hooks: Hooks | undefined
  #ids = 0

  get hooks(): Hooks {
    if (this.#hooks === undefined) throw new Error('load the plugin first')
    return this.#hooks
  }

  async load(server: Server, options?: unknown, config: HostConfig = { agent: {} }): Promise<void> {
    this.#hooks = await server({ client: this.#client(), directory: '/home/ada/shop' }, options)
    await this.hooks.config(config)
  }

  #client(): HostInput['client'] {
    return {
      session: {
        get: async ({ path }) => {
          if (this.trouble === 'throws') throw new Error('the host is in trouble')
          if (this.trouble === 'hangs') return new Promise(() => {})
          if (!this.parents.has(path.id)) return { data: undefined }
          const parentID = this.parents.get(path.id)
          return { data: parentID === undefined ? {} : { parentID } }
        },
      },
      app: {
        log: async ({ body }) => {
          this.log.push(`${body.level} ${body.service}: ${body.message}`)
        },
      },
      tui: {
        showToast: async ({ body }) => {
          this.toasts.push(`${body.variant} ${body.title}: ${body.message}`)
        },
      },
    }
  }

  async event(type: string, properties: Readonly<Record<string, unknown>>): Promise<void> {
    await this.hooks.event({ event: { type, properties } satisfies HostEvent })
  }

  async newSession(id: string, parentID?: string): Promise<void> {
    this.parents.set(id, parentID)
    await this.event('session.created', { info: { id, ...(parentID === undefined ? {} : { parentID }) } })
  }

  /** The user sends `texts` as one message; returns its id. */
  async userSays(sessionID: string, ...texts: readonly (string | object)[]): Promise<string> {
    const message = { id: this.#id('msg'), sessionID, role: 'user', time: { created: Date.now() } }
    const parts = texts.map((text) => ({
      id: this.#id('prt'),
      messageID: message.id,
      sessionID,
      type: 'text',
      ...(typeof text === 'string' ? { text } : text),
    }))
    await this.hooks['chat.message']({ sessionID }, { message, parts })
    this.lastMessage = { parts }
    await this.event('message.updated', { info: message })
    for (const part of parts) await this.event('message.part.updated', { part })
    return message.id
  }

  /** One call to the model; returns what its system prompt became. */
  async modelCall(sessionID: string | undefined, opening = 'You are opencode, a tool.'): Promise<ModelCall> {
    const system = [opening]
    await this.hooks['experimental.chat.system.transform'](sessionID === undefined ? {} : { sessionID }, {
      system,
    })
    return { system }
  }

  /** The assistant answers; `broken` leaves out what the host leaves out when the user interrupts. */
  async assistantSays(
    sessionID: string,
    text: string,
    { summary = false, broken = false, edited = text } = {},
  ): Promise<string> {
    const info = { id: this.#id('msg'), sessionID, role: 'assistant', time: { created: Date.now() } }
    const told = summary ? { ...info, summary: true, agent: 'compaction' } : info
    const start = Date.now()
    const part = { id: this.#id('prt'), messageID: info.id, sessionID, type: 'text' }
    await this.event('message.updated', { info: told })
    await this.event('message.part.updated', { part: { ...part, text: '', time: { start } } })
    if (!broken) {
      const ids = { sessionID, messageID: info.id, partID: part.id }
      await this.hooks['experimental.text.complete'](ids, { text })
    }
    const end = Date.now()
    await this.event('message.part.updated', { part: { ...part, text: edited, time: { start, end } } })
    await this.event('message.updated', { info: { ...told, time: { ...info.time, completed: end } } })
    return `${info.id}/${part.id}`
  }

  #id(kind: string): string {
    this.#ids += 1
    return `${kind}_${this.#ids}`
  }
}
