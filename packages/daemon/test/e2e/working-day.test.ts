// A working day's worth of comings and goings, in a minute's time: hosts that call over HTTP, the command line, bridges
// that live and die, hooks, broken-off connections. What is left afterwards is one process with the descriptors it had.
// On Linux, where /proc tells.
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createHttpClient } from '../../../client/src/http-client.ts'
import { connectDaemon } from '../../../client/src/socket-client.ts'
import { createPlace, type Place } from './daemon-process.ts'

const httpCalls = 600
const socketConnections = 300
const bridges = 24
const bridgesKilled = 8
const hooks = 12
const atOnce = 16

/** Descriptors that may come and go by themselves: a log being emptied, a listener's spare. */
const spareDescriptors = 4

const descriptorsOf = (pid: number) => readdirSync(`/proc/${pid}/fd`).length
const threadsOf = (pid: number) => readdirSync(`/proc/${pid}/task`).length

/** Processes that name this data directory in their arguments. */
function processesOf(dataDir: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(dataDir)
      } catch {
        return false // gone meanwhile
      }
    })
}

async function inTurns(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const worker = async () => {
    for (let index = next++; index < count; index = next++) await work(index)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker))
}

/** One session of an MCP host; a killed host leaves its bridge behind to find out by itself. */
async function bridgeSession(place: Place, isKilled: boolean): Promise<void> {
  const child = place.launch(['mcp', '--data-dir', place.dataDir])
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const answered = new Promise((resolve) => child.stdout?.once('data', resolve))
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }
  child.stdin?.write(`${JSON.stringify(message)}\n`)
  await answered
  if (isKilled) child.kill('SIGKILL')
  else child.stdin?.end()
  await ended
}

function brokenOff(port: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.on('error', () => {})
    socket.on('connect', () => {
      socket.write('POST /rpc HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{"me')
      socket.resetAndDestroy()
    })
    socket.on('close', () => resolve())
  })
}

test.runIf(process.platform === 'linux')(
  'after a working day there is one process, no orphans, and no more descriptors than in the morning',
  async () => {
    const place = createPlace()
    const { dataDir } = place
    const daemon = await place.start({ args: ['--http', '--data-dir', dataDir] })
    const { pid } = daemon
    const client = createHttpClient({ dataDir })
    const socketPath = join(dataDir, '.daemon.sock')
    // What is loaded on first use is there in the morning already.
    await client.call('memory_capture', { text: 'The invented kettle is blue.', role: 'user' })
    await client.call('memory_recall', { cue: 'kettle' })
    await client.call('profile_set', { knob: 'identity', value: 'Ada, who likes kettles.' })
    await bridgeSession(place, false)
    await client.call('memory_consolidate', {})
    const morning = { descriptors: descriptorsOf(pid), threads: threadsOf(pid) }
    expect(morning.descriptors).toBeGreaterThan(10)

    const port = Number(place.read('.http.port'))
    await Promise.all([
      inTurns(httpCalls, (index) =>
        index % 3 === 0
          ? client.call('memory_capture', {
              text: `Invented turn ${index}.`,
              role: 'user',
              session_id: `s${index % 40}`,
            })
          : client.sessionContextText({ session_id: `s${index % 40}`, wake_depth: 'standard' }),
      ),
      inTurns(socketConnections, async () => {
        const socket = await connectDaemon(socketPath)
        await socket.call('status', {})
        socket.close()
      }),
      inTurns(60, () => brokenOff(port)),
    ])
    await inTurns(bridges, (index) => bridgeSession(place, index < bridgesKilled))
    const hookRuns: string[] = []
    await inTurns(hooks, async (index) => {
      const input = JSON.stringify({ session_id: `h${index}`, cwd: dataDir, source: 'startup' })
      const ran = await place.run(['hook', 'session-start', '--data-dir', dataDir], { input })
      expect(ran.code).toBe(0)
      hookRuns.push(ran.stdout)
    })
    // On a busy machine one may run out of its time; that all did would be another matter.
    expect(hookRuns.join('')).toContain('Ada, who likes kettles.')

    // Connections are closed by the other side; the daemon finds out a moment later.
    const evening = () => ({ descriptors: descriptorsOf(pid), threads: threadsOf(pid) })
    for (let tries = 0; tries < 50 && evening().descriptors > morning.descriptors; tries += 1) await wait(100)
    expect(evening().descriptors).toBeLessThanOrEqual(morning.descriptors + spareDescriptors)
    expect(evening().threads).toBeLessThanOrEqual(morning.threads)
    expect(processesOf(dataDir)).toEqual([pid])
    expect(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()).toBe('')
    const status = (await client.call('status', {})) as { pid: number; memories: number }
    expect(status).toMatchObject({ pid, memories: 1 + httpCalls / 3 })

    daemon.signal('SIGTERM')
    expect((await daemon.ended).code).toBe(0)
    expect(processesOf(dataDir)).toEqual([])
  },
  120_000,
)
