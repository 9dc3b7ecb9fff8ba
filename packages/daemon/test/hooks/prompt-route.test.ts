// `/memory/prompt-recall` as a route of the port: what the hooks give for a first prompt, for hosts that call over HTTP.
import { expect, onTestFinished, test } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { silentLog } from '../../src/kit/log.ts'
import { countTokens } from '../../src/text/tokens.ts'
import { promptRoute } from '../../src/transport/hooks/prompt-route.ts'
import { createHttpServer } from '../../src/transport/http/http-server.ts'
import { createRequestIds } from '../../src/transport/request-ids.ts'
import { fixture, shop } from '../operations/support.ts'

const token = 'a-token-of-a-test'

async function serve() {
  const memory = fixture()
  await memory.call('memory_capture', { text: 'The staging database listens on port 6543.', cwd: shop })
  await memory.call('memory_capture', { text: 'The date picker is written by hand.', cwd: shop })
  const http = createHttpServer({
    dispatch: memory.dispatch,
    log: silentLog,
    now: () => memory.now,
    requestIds: createRequestIds('test'),
    host: '127.0.0.1',
    port: 0,
    dataDir: tempDir(),
    auth: { kind: 'token', current: () => token },
    furtherRoutes: new Map([['/memory/prompt-recall', promptRoute]]),
  })
  await http.start()
  onTestFinished(() => http.stop())
  const ask = async (body: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`http://127.0.0.1:${http.port()}/memory/prompt-recall`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      signal: AbortSignal.timeout(60_000),
    })
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      text: await response.text(),
    }
  }
  return Object.assign(ask, { memory })
}

const question = {
  prompt: 'Which port does the staging database listen on?',
  session_id: 's1',
  client: 'opencode',
}

test('answers with text for the model: what clearly is about the prompt, within 600 tokens', async () => {
  const ask = await serve()
  const { status, type, text } = await ask({ ...question, cwd: shop })
  expect([status, type]).toEqual([200, 'text/plain; charset=utf-8'])
  expect(text).toContain('What follows is remembered from earlier sessions')
  expect(text).toContain('> The staging database listens on port 6543.')
  expect(text).not.toContain('date picker')
  expect(countTokens(text)).toBeLessThanOrEqual(600)
})

test('does not give back the prompt, which may have been captured before it is asked about', async () => {
  const ask = await serve()
  const { prompt, ...of } = question
  const own = { ...of, cwd: '/home/ada/zoo' }
  const captured = { ...own, text: prompt, role: 'user', session_id: question.session_id }
  await ask.memory.call('memory_capture', captured)
  expect(await ask({ ...own, prompt })).toMatchObject({ status: 200, text: '' })
  expect((await ask({ ...own, prompt, session_id: 's2' })).text).toContain(prompt)
})

test('answers with nothing when nothing is', async () => {
  const ask = await serve()
  const prompt = 'Write a haiku about autumn leaves.'
  expect(await ask({ ...question, prompt, cwd: shop })).toMatchObject({ status: 200, text: '' })
  expect(await ask({ ...question, cwd: '/home/ada/zoo' })).toMatchObject({ status: 200, text: '' })
})

test('asks for the token, and says what is wrong with a question without repeating it', async () => {
  const ask = await serve()
  expect(await ask(question, { authorization: 'Bearer wrong' })).toMatchObject({ status: 401 })
  const wrong = await ask({ ...question, prompt: ['a secret'] })
  expect(wrong.status).toBe(400)
  expect(wrong.text).toContain("param 'prompt'")
  expect(wrong.text).not.toContain('secret')
  expect((await ask({ session_id: 's', client: 'x' })).text).toContain("missing required param: 'prompt'")
})
