// Where the daemon can be reached at all, by what the kernel says of its process (Linux): on loopback, on the one port that
// was asked for, and on none when nobody asked.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createPlace } from '../../packages/daemon/test/e2e/daemon-process.ts'
import { type GuardedDaemon, startGuardedDaemon } from './guarded-daemon.ts'

/** Local addresses of the TCP sockets on which a process listens, in the kernel's own words (Linux). */
function listening(pid: number): readonly string[] {
  const own = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? []
      } catch {
        return [] // closed while we looked
      }
    }),
  )
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((table) => {
    const rows = readFileSync(`/proc/${pid}/net/${table}`, 'utf8').trim().split('\n').slice(1)
    return rows.flatMap((row) => {
      const fields = row.trim().split(/\s+/)
      const isListening = table.startsWith('udp') || fields[3] === '0A'
      return isListening && own.has(fields[9] ?? '') ? [`${table} ${fields[1]}`] : []
    })
  })
}

async function started(args: readonly string[]): Promise<GuardedDaemon> {
  const daemon = await startGuardedDaemon(args)
  onTestFinished(() => daemon.stop())
  return daemon
}

describe('the daemon listens', () => {
  test('on one TCP port of 127.0.0.1 and nowhere else, when it is asked to', async () => {
    const daemon = await started(['--http'])
    const port = daemon.port.toString(16).toUpperCase().padStart(4, '0')
    expect(listening(daemon.pid)).toEqual([`tcp 0100007F:${port}`])
  })

  test('on no TCP port at all when nobody asked for one', async () => {
    const daemon = await started([])
    expect(listening(daemon.pid)).toEqual([])
    expect(readdirSync(daemon.dataDir)).not.toContain('.http.port')
  })

  test.each(['0.0.0.0', '::', '192.0.2.7', 'example.com'])(
    'never on %s: the start is refused',
    async (host) => {
      const ran = await createPlace().run(['daemon', '--http', '--http-host', host])
      expect(ran.code).toBe(1)
      expect(ran.stderr).toMatch(/loopback/)
    },
  )
})
