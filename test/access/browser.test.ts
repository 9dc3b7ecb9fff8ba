// A hostile web page in a real browser against the daemon's port: it reads nothing and plants nothing, from wherever
// it was loaded, whether it knows the token or not. Each attack is first tried on a port that lets everybody in.
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Attack, attacks, poison } from './attacks.ts'
import { type Browser, type Page, startBrowser } from './browser.ts'
import { findChromium } from './chromium.ts'
import { type GuardedDaemon, secret, startGuardedDaemon } from './guarded-daemon.ts'
import { startHostileWeb, startOpenPort, type WebServer } from './web-servers.ts'

let browser: Browser
let web: WebServer
let openPort: WebServer
let daemon: GuardedDaemon

beforeAll(async () => {
  ;[web, openPort, daemon, browser] = await Promise.all([
    startHostileWeb(),
    startOpenPort(),
    startGuardedDaemon(),
    startBrowser(findChromium()),
  ])
})
afterAll(async () => {
  await browser?.close()
  await Promise.all([web?.stop(), openPort?.stop(), daemon?.stop()])
})

async function openPage(url: string): Promise<Page> {
  const page = await browser.open(url)
  onTestFinished(() => page.close())
  return page
}

/** Pages that the tests of a suite share. */
function sharedPages<Name extends string>(urls: Readonly<Record<Name, () => string>>): Record<Name, Page> {
  const pages = {} as Record<Name, Page>
  beforeAll(async () => {
    for (const name of Object.keys(urls) as Name[]) pages[name] = await browser.open(urls[name]())
  })
  afterAll(async () => {
    for (const page of Object.values<Page>(pages)) await page.close()
  })
  return pages
}

function run(page: Page, { name }: Attack, target: { at: string; token: string | null }): Promise<string> {
  return page.evaluate<string>(`attacks[${JSON.stringify(name)}](${JSON.stringify(target)})`)
}

/** What the daemon answered during `work`, once no more comes. */
async function seenDuring(watched: GuardedDaemon, work: () => Promise<void>) {
  watched.newRequests()
  await work()
  let seen = [...watched.newRequests()]
  for (let quiet = 0; quiet < 2; ) {
    await wait(100)
    const more = watched.newRequests()
    seen = [...seen, ...more]
    quiet = more.length === 0 ? quiet + 1 : 0
  }
  return seen
}

const statusesOf = (seen: readonly { readonly status: number }[]) => [
  ...new Set(seen.map(({ status }) => status)),
]

test('the table names every attack of the page, and the page those of the table', async () => {
  const page = await openPage(`http://evil.example:${web.port}/page`)
  expect(await page.evaluate<string[]>('Object.keys(attacks).sort()')).toEqual(
    attacks.map(({ name }) => name).sort(),
  )
})

describe('on a port that lets everybody in, every attack works', () => {
  const pages = sharedPages({
    other: () => `http://evil.example:${web.port}/page`,
    own: () => `http://evil.example:${openPort.port}/page`,
  })
  test.each(attacks)('$name', async (attack) => {
    const page = attack.needsSameOrigin ? pages.own : pages.other
    const name = attack.needsSameOrigin ? 'evil.example' : '127.0.0.1'
    const from = openPort.bodies.length
    const read = await run(page, attack, { at: `http://${name}:${openPort.port}`, token: 'made-up' })
    if (attack.succeedsBy === 'reading') expect(read).not.toBe('')
    else expect(openPort.bodies.slice(from).join('\n')).toContain(poison)
  })
})

/** Where pages come from, and by which names they may call this machine. */
const origins = [
  ['another site', 'http://evil.example:WEB/page'],
  ['another port of this machine', 'http://127.0.0.1:WEB/page'],
  ['another port of localhost', 'http://localhost:WEB/page'],
  ['a sandboxed page, whose origin is null', 'http://evil.example:WEB/sandboxed'],
] as const

describe.each(origins)('a page from %s', (_origin, url) => {
  describe.each([
    ['does not know the token', false],
    ['knows the token', true],
  ])('that %s', (_knowledge, knows) => {
    const pages = sharedPages({ hostile: () => url.replace('WEB', String(web.port)) })
    test.each(attacks.map((attack, index) => ({ ...attack, index })))('$name', async (attack) => {
      const before = await daemon.holds()
      // Each attack meets both names of this machine: one without the token, one with it.
      const name = (attack.index + Number(knows)) % 2 === 0 ? '127.0.0.1' : 'localhost'
      const seen = await seenDuring(daemon, async () => {
        const target = { at: `http://${name}:${daemon.port}`, token: knows ? daemon.token : null }
        expect(await run(pages.hostile, attack, target)).toBe('')
      })
      // It did arrive (a preflight at least), and was refused before anything else was looked at.
      expect(seen).not.toEqual([])
      expect(statusesOf(seen)).toEqual([403])
      expect(await daemon.holds()).toEqual(before)
    })
  })
})

describe('where the token is turned off for old clients, it is the origin alone that keeps pages out', () => {
  let open: GuardedDaemon
  beforeAll(async () => {
    open = await startGuardedDaemon(['--http', '--http-auth', 'off'])
  })
  afterAll(() => open?.stop())
  const pages = sharedPages({
    site: () => `http://evil.example:${web.port}/page`,
    port: () => `http://127.0.0.1:${web.port}/page`,
    sandbox: () => `http://evil.example:${web.port}/sandboxed`,
  })

  test.each(attacks)('$name', async (attack) => {
    const before = await open.holds()
    const target = { at: `http://127.0.0.1:${open.port}`, token: null }
    for (const page of Object.values(pages)) {
      const seen = await seenDuring(open, async () => expect(await run(page, attack, target)).toBe(''))
      expect(statusesOf(seen)).toEqual([403])
    }
    expect(await open.holds()).toEqual(before)
  })

  test('and it serves an old client all the while', async () => {
    const answer = await fetch(
      `http://127.0.0.1:${open.port}/memory/session-context?format=text&wake_depth=deep`,
    )
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining(secret)])
  })
})

describe.each([
  ['asks for the token', []],
  ['asks nobody for a token', ['--http-auth', 'off']],
])('a page from a name that was rebound to a daemon that %s', (_kind, args) => {
  let page: Page
  let rebound: GuardedDaemon
  // The name leads to the attacker's server first; when the page is loaded, to the daemon on the very same port.
  beforeAll(async () => {
    const lure = await startHostileWeb()
    page = await browser.open(`http://rebound.example:${lure.port}/page`)
    await lure.stop()
    rebound = await startGuardedDaemon(['--http-port', String(lure.port), ...args])
  })
  afterAll(async () => {
    await page?.close()
    await rebound?.stop()
  })

  describe.each([
    ['does not know the token', false],
    ['knows the token', true],
  ])('that %s', (_knowledge, knows) => {
    test.each(attacks)('$name', async (attack) => {
      const before = await rebound.holds()
      const seen = await seenDuring(rebound, async () => {
        const at = await page.evaluate<string>('location.origin')
        const read = await run(page, attack, { at, token: knows ? rebound.token : null })
        // To the browser the answers are the page's own: it may read the refusals, which say nothing.
        expect(read).not.toContain(secret)
        expect(read.replaceAll('{"error": "host refused", "code": "forbidden"}', '')).toBe('')
      })
      expect(seen).not.toEqual([])
      expect(statusesOf(seen)).toEqual([403])
      expect(await rebound.holds()).toEqual(before)
    })
  })
})

describe('a visit to the address itself', () => {
  const routes = ['/memory/session-context?format=text&wake_depth=deep', '/rpc', '/mcp', '/', '/healthz']

  test.each(routes)('%s from a link of a hostile page shows nothing', async (route) => {
    const page = await openPage(`http://evil.example:${web.port}/page`)
    const seen = await seenDuring(daemon, async () => {
      await page.evaluate(
        `void setTimeout(() => { location.href = 'http://127.0.0.1:${daemon.port}${route}' }, 10)`,
      )
    })
    // The page that shows the refusal asks for its own favicon next.
    const asked = seen.filter(({ target }) => route.startsWith(target))
    expect(statusesOf(asked)).toEqual([403])
    expect(await page.evaluate('document.documentElement.innerText')).not.toContain(secret)
  })

  test.each(routes)('%s typed by the user asks for the token', async (route) => {
    const page = await openPage('about:blank')
    const seen = await seenDuring(daemon, () => page.goto(`http://127.0.0.1:${daemon.port}${route}`))
    expect(seen[0]?.status).toBe(route === '/healthz' ? 200 : 401)
    expect(await page.evaluate('document.documentElement.innerText')).not.toContain(secret)
  })

  test('with the token in the address, it is still asked for', async () => {
    const page = await openPage('about:blank')
    const at = `http://127.0.0.1:${daemon.port}/memory/session-context`
    const seen = await seenDuring(daemon, () => page.goto(`${at}?token=${daemon.token}`))
    expect(seen[0]?.status).toBe(401)
    expect(await page.evaluate('document.documentElement.innerText')).not.toContain(secret)
  })
})

test('all the while the daemon serves its own client', async () => {
  const headers = { Authorization: `Bearer ${daemon.token}` }
  const url = `http://127.0.0.1:${daemon.port}/memory/session-context?format=text&wake_depth=deep`
  const answer = await fetch(url, { headers })
  expect(answer.status).toBe(200)
  expect(await answer.text()).toContain(secret)
})
