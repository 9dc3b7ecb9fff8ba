// A real Chromium, headless, with a profile of its own, driven over DevTools by a pipe (no debugging port for anyone
// to find). Only what the tests need: open a page, run an expression in it. Ended by its own pid.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'

export interface Browser {
  readonly version: string
  open(url: string): Promise<Page>
  close(): Promise<void>
}

export interface Page {
  /** Resolves when the page has loaded, or refused to. */
  goto(url: string): Promise<void>
  /** Value of an expression, awaited. Rejects with what it threw. */
  evaluate<T>(expression: string): Promise<T>
  close(): Promise<void>
}

const answerMsMax = 60_000

/** Quiet (nothing of its own goes to the network), and every name leads to this machine. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--disable-extensions',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-default-apps',
  '--no-first-run',
  '--no-default-browser-check',
  '--no-proxy-server',
  '--remote-debugging-pipe',
  '--host-resolver-rules=MAP * 127.0.0.1',
]

export async function startBrowser(program: string): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'iai-browser-'))
  const child = spawn(program, [...flags, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    env: { PATH: '/usr/bin:/bin', HOME: profile, XDG_RUNTIME_DIR: profile },
  })
  const devTools = speakOver(child)
  async function close(): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit')
      await devTools.send('Browser.close').catch(() => child.kill('SIGKILL'))
      const late = setTimeout(() => child.kill('SIGKILL'), 5_000)
      await gone
      clearTimeout(late)
    }
    await rm(profile, { recursive: true, force: true, maxRetries: 10 })
  }
  try {
    const { product } = await devTools.send<{ product: string }>('Browser.getVersion')
    return { version: product, open: (url) => openPage(devTools, url), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function openPage(devTools: DevTools, url: string): Promise<Page> {
  // A context of its own: no cookies, caches or connections of an earlier page.
  const { browserContextId } = await devTools.send<{ browserContextId: string }>(
    'Target.createBrowserContext',
  )
  const { targetId } = await devTools.send<{ targetId: string }>('Target.createTarget', {
    url: 'about:blank',
    browserContextId,
  })
  const { sessionId } = await devTools.send<{ sessionId: string }>('Target.attachToTarget', {
    targetId,
    flatten: true,
  })
  const send = <T>(method: string, params: object = {}) => devTools.send<T>(method, params, sessionId)
  await send('Page.enable')
  const page: Page = {
    async goto(to) {
      const loaded = devTools.next('Page.loadEventFired', sessionId)
      await send('Page.navigate', { url: to })
      await loaded
    },
    async evaluate<T>(expression: string) {
      const { result, exceptionDetails } = await send<Evaluated>('Runtime.evaluate', {
        expression,
        awaitPromise: true,
        returnByValue: true,
        userGesture: true,
      })
      if (exceptionDetails !== undefined)
        throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
      return result.value as T
    },
    async close() {
      await devTools.send('Target.disposeBrowserContext', { browserContextId })
    },
  }
  await page.goto(url)
  return page
}

interface Evaluated {
  readonly result: { readonly value?: unknown }
  readonly exceptionDetails?: {
    readonly text: string
    readonly exception?: { readonly description?: string }
  }
}

interface DevTools {
  send<T>(method: string, params?: object, sessionId?: string): Promise<T>
  /** The next event of that name. */
  next(event: string, sessionId: string): Promise<void>
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** JSON messages that end with a NUL, in on descriptor 3 and out on 4. */
function speakOver(child: ChildProcess): DevTools {
  const input = child.stdio[3] as Writable
  const output = child.stdio[4] as Readable
  const calls = new Map<number, Waiting>()
  const events = new Map<string, (() => void)[]>()
  let lastId = 0
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000)
  })
  const fail = (error: Error) => {
    for (const { reject } of calls.values()) reject(error)
    calls.clear()
  }
  child.on('error', fail)
  child.on('exit', (code) => fail(new Error(`the browser ended (${code}):\n${said}`)))
  input.on('error', () => {}) // its exit tells
  output.on('error', () => {})

  let rest = ''
  output.setEncoding('utf8').on('data', (text: string) => {
    const messages = (rest + text).split('\0')
    rest = messages.pop() ?? ''
    for (const message of messages) take(JSON.parse(message))
  })

  function take(message: {
    id?: number
    result?: unknown
    error?: { message: string }
    method?: string
    sessionId?: string
  }): void {
    if (message.id === undefined) {
      const name = `${message.sessionId} ${message.method}`
      for (const listener of events.get(name) ?? []) listener()
      events.delete(name)
      return
    }
    const call = calls.get(message.id)
    calls.delete(message.id)
    if (message.error === undefined) call?.resolve(message.result)
    else call?.reject(new Error(message.error.message))
  }

  return {
    send<T>(method: string, params: object = {}, sessionId?: string) {
      lastId += 1
      const id = lastId
      return bounded<T>(method, (resolve, reject) => {
        calls.set(id, { resolve: resolve as Waiting['resolve'], reject })
        input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
      })
    },
    next: (event, sessionId) =>
      bounded(event, (resolve) => {
        const name = `${sessionId} ${event}`
        events.set(name, [...(events.get(name) ?? []), () => resolve(undefined as never)])
      }),
  }
}

function bounded<T>(what: string, start: (resolve: (value: T) => void, reject: Waiting['reject']) => void) {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`the browser did not answer ${what} in time`)),
      answerMsMax,
    )
    const settle =
      <V>(end: (value: V) => void) =>
      (value: V) => {
        clearTimeout(timer)
        end(value)
      }
    start(settle(resolve), settle(reject))
  })
}
