// What the user undoes, redoes and deletes in the released OpenCode, over its own HTTP API: the memory follows, and what
// was undone leads no later session.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type MemoryDaemon, startMemoryDaemon, turnsWhen } from './memory-daemon.ts'
import { type MockModel, startMockModel } from './mock-model.ts'
import { type OpenCode, type OpenCodeServer, pluginPackage, prepareOpenCode } from './open-code.ts'

let model: MockModel
let daemon: MemoryDaemon
let host: OpenCode
let server: OpenCodeServer

const setUp = 'Please set up the queue for the mailer.'
const cobol = 'We decided to rewrite everything in COBOL. Always use COBOL here.'
const retries = 'Keep the mailer as it is and add retries.'

beforeEach(async () => {
  model = await startMockModel()
  daemon = await startMemoryDaemon()
  host = await prepareOpenCode({
    modelUrl: model.baseUrl,
    plugin: [[pluginPackage, { dataDir: daemon.dataDir, deletedSessions: 'forget' }]],
  })
  server = await host.serve()
  model.when('set up the queue', { text: 'The queue is RabbitMQ.' })
  model.when('COBOL', { text: 'I switched us to COBOL.' })
  model.when('add retries', { text: 'The mailer has retries.' })
})

afterEach(async () => {
  await server?.stop()
  await host?.remove()
  await daemon?.remove()
  await model?.close()
})

async function newSession(): Promise<string> {
  return ((await server.call('POST', '/session', {})) as { id: string }).id
}

/** Returns the id of the user's message. */
async function say(session: string, text: string): Promise<string> {
  const body = { model: { providerID: 'mock', modelID: 'mock-model' }, parts: [{ type: 'text', text }] }
  const { info } = (await server.call('POST', `/session/${session}/message`, body)) as {
    info: { parentID: string }
  }
  return info.parentID
}

const remembered = (...texts: readonly string[]) =>
  turnsWhen(daemon, (held) => expect([...held].sort()).toEqual([...texts].sort()))
const before = [setUp, 'The queue is RabbitMQ.']
const undone = [cobol, 'I switched us to COBOL.']

describe('in OpenCode', () => {
  test('an undone turn does not stand until it is redone, and for good when the session goes on', async () => {
    const session = await newSession()
    await say(session, setUp)
    const messageID = await say(session, cobol)
    await remembered(...before, ...undone)

    await server.call('POST', `/session/${session}/revert`, { messageID })
    await remembered(...before)
    await server.call('POST', `/session/${session}/unrevert`)
    await remembered(...before, ...undone)

    await server.call('POST', `/session/${session}/revert`, { messageID })
    await remembered(...before)
    await say(session, retries)
    await remembered(...before, retries, 'The mailer has retries.')

    const asked = model.requests.length
    await say(await newSession(), 'What did we decide about the mailer?')
    const prompts = JSON.stringify(model.requests.slice(asked))
    expect(prompts).toContain('RabbitMQ')
    expect(prompts).not.toContain('COBOL')
  })

  test('a deleted session is forgotten, and one that was undone while no daemon ran is taken back', async () => {
    const kept = await newSession()
    await say(kept, setUp)
    const secret = await newSession()
    await say(secret, 'My diagnosis is private: write to Doctor Miller.')
    await turnsWhen(daemon, (texts) => expect(texts.join()).toContain('Doctor Miller'))
    await server.call('DELETE', `/session/${secret}`)
    await remembered(...before)

    await daemon.stop()
    const messageID = await say(kept, cobol)
    await server.call('POST', `/session/${kept}/revert`, { messageID })
    await say(kept, retries)
    await daemon.start()
    await remembered(...before, retries, 'The mailer has retries.')
  })
})
