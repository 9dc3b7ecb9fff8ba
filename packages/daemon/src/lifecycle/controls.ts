// The control lines of the socket: what the daemon is doing, and when its background work runs. They touch no memory.
import type { BackgroundWork } from '../background/background-work.ts'
import type { Consolidator } from '../background/consolidator.ts'
import type { Clock } from '../kit/clock.ts'
import type { DaemonInfo } from '../operations/operation.ts'
import type { Control } from '../transport/socket/answers.ts'

type ControlAnswer =
  | { readonly ok: true; readonly [field: string]: unknown }
  | { readonly ok: false; readonly reason: string }

export interface ControlParts {
  readonly daemon: DaemonInfo
  readonly background: BackgroundWork
  readonly consolidator: Consolidator
  readonly now: Clock
}

export function createControl({ daemon, background, consolidator, now }: ControlParts): Control {
  const state = () => (background.paused() ? 'paused' : 'running')
  const runNow = async (): Promise<ControlAnswer> => {
    if (background.paused()) return { ok: false, reason: 'background work is paused; send resume first' }
    await background.runNow()
    await consolidator.runNow()
    return { ok: true, state: state() }
  }
  const resume = async (): Promise<ControlAnswer> => {
    background.resume()
    consolidator.resume()
    return { ok: true, state: state() }
  }
  const types: Readonly<Record<string, () => Promise<ControlAnswer>>> = {
    status: async () => ({
      ok: true,
      state: state(),
      uptime_sec: Math.floor((now() - daemon.startedAt) / 1000),
      started_at: new Date(daemon.startedAt).toISOString(),
      version: daemon.version,
      pid: daemon.pid,
      data_dir: daemon.dataDir,
      key_source: daemon.keySource,
      http_port: daemon.httpPort(),
    }),
    // A session that begins wants what earlier sessions left in the spool.
    session_open: async () => {
      if (!background.paused()) await background.runNow()
      return { ok: true, state: state() }
    },
    pause: async () => {
      background.pause()
      consolidator.pause()
      return { ok: true, state: state() }
    },
    resume,
    force_wake: resume,
    force_rem: runNow,
    user_initiated_sleep: runNow,
  }
  return async function control(line) {
    const answer = Object.hasOwn(types, line.type) ? types[line.type] : undefined
    if (answer !== undefined) return answer()
    return { ok: false, reason: `unknown control type; known: ${Object.keys(types).join(', ')}` }
  }
}
