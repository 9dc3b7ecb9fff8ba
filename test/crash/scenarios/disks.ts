// Disks that are full, read-only or slow.
import { equal, match, ok, rejects } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync } from 'node:fs'
import { ClientError } from '../../../packages/client/src/client-error.ts'
import {
  captureOne,
  missing,
  type Place,
  project,
  type Scenario,
  type Talk,
  talkTo,
  withFault,
} from './scenario.ts'

const diskMib = 8
const bigText = 'Line after line of it. '.repeat(2_000)

export const diskFull: Scenario = {
  name: 'disk full',
  async run(place) {
    const disk = smallDisk(place)
    try {
      const daemon = await place.start({ wrapper: disk.wrapper })
      const talk = await talkTo(daemon)
      const ids: string[] = []
      const refusal = await untilRefused(talk, ids)
      match(refusal.code ?? '', /^(disk_full|unavailable)$/)
      equal(await missing(talk, ids), 0, 'what was acknowledged is there on the full disk')
      const { hits } = (await talk.call('memory_recall', { cue: 'zqfull1x', project })) as { hits: unknown[] }
      ok(hits.length > 0, 'recall works on a full disk')
      // Forgetting must be possible: it is how one makes room.
      await talk.call('memory_forget', { ids: ids.slice(0, 1) }).catch((error: ClientError) => {
        match(error.code ?? '', /^(disk_full|unavailable)$/)
      })
      ok(daemon.isRunning(), 'a full disk does not end it')
      const roomy = disk.makeRoom === null ? await restarted(place, daemon) : talk
      disk.makeRoom?.()
      ids.push(await captureOne(roomy, 'afterwards1'))
      equal(await missing(roomy, ids.slice(1)), 0, 'nothing acknowledged is missing')
      roomy.client.close()
      return `${disk.what}: ${ids.length - 1} captures acknowledged, then ${refusal.code}; all read back, and it went on when there was room`
    } finally {
      disk.remove()
    }
  },
}

async function restarted(place: Place, daemon: { stop(): Promise<{ code: number | null }> }): Promise<Talk> {
  equal((await daemon.stop()).code, 0)
  return talkTo(await place.start())
}

async function untilRefused(talk: Talk, ids: string[]): Promise<ClientError> {
  for (let number = 1; number < 5_000; number += 1) {
    try {
      ids.push(await captureOne(talk, `full${number}`, bigText))
    } catch (error) {
      if (!(error instanceof ClientError)) throw error
      return error
    }
  }
  throw new Error('the small disk never filled up')
}

interface SmallDisk {
  readonly what: string
  readonly wrapper: readonly string[]
  /** null: only a daemon started without the wrapper has room */
  readonly makeRoom: (() => void) | null
  remove(): void
}

/** A tmpfs where we may mount one, else a limit on the size of every file. */
function smallDisk({ dataDir }: Place): SmallDisk {
  if (mountTmpfs(dataDir)) {
    return {
      what: `a tmpfs of ${diskMib} MiB`,
      wrapper: [],
      makeRoom: () => void run('mount', '-o', `remount,size=${diskMib * 8}m`, dataDir),
      remove: () => void run('umount', '-l', dataDir),
    }
  }
  const script = 'ulimit -f "$1"; shift; exec "$@"'
  return {
    what: `no tmpfs without root, so files of at most ${diskMib} MiB (ulimit -f)`,
    wrapper: ['sh', '-c', script, 'sh', String(diskMib * 2_048)],
    makeRoom: null,
    remove: () => {},
  }
}

function mountTmpfs(folder: string): boolean {
  mkdirSync(folder, { mode: 0o700 })
  return (
    process.getuid?.() === 0 &&
    run('mount', '-t', 'tmpfs', '-o', `size=${diskMib}m,mode=700`, 'tmpfs', folder)
  )
}

function run(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}

export const diskReadOnly: Scenario = {
  name: 'disk read-only',
  async run(place) {
    const mounted = mountTmpfs(place.dataDir)
    try {
      const first = await place.start()
      const talk = await talkTo(first)
      const id = await captureOne(talk, 'before1')
      talk.client.close()
      await first.stop()
      const how = makeReadOnly(place.dataDir, mounted)
      if (how === null) return 'root may write everywhere and mount nothing here: not tried'
      const refused = await place.start().then(
        () => null,
        (error) => error,
      )
      ok(refused !== null, 'it does not start where it cannot write')
      const { code, errors } = refused.end
      equal(code, 1)
      match(errors, /read-only|cannot|not writable|EROFS|EACCES|refused/i)
      makeWritable(place.dataDir, mounted)
      const again = await talkTo(await place.start())
      equal(await missing(again, [id]), 0)
      again.client.close()
      return `${how}: refused with "${lastLine(errors)}"; nothing was lost`
    } finally {
      if (mounted) run('umount', '-l', place.dataDir)
    }
  },
}

function makeReadOnly(folder: string, mounted: boolean): string | null {
  if (mounted) return run('mount', '-o', 'remount,ro', folder) ? 'a tmpfs mounted read-only' : null
  if (process.getuid?.() === 0) return null
  chmodSync(folder, 0o500)
  return 'a directory of mode 0500'
}

function makeWritable(folder: string, mounted: boolean): void {
  if (mounted) run('mount', '-o', 'remount,rw', folder)
  else chmodSync(folder, 0o700)
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}

const commitTakesMs = 1_500

export const diskSlow: Scenario = {
  name: 'disk slow',
  async run(place) {
    const quick = await place.start()
    const before = await talkTo(quick)
    const ids = [await captureOne(before, 'quick1')]
    before.client.close()
    await quick.stop()
    const daemon = await place.start(withFault({ commitTakesMs }))
    const [writing, reading] = [await talkTo(daemon), await talkTo(daemon)]
    let isWritten = false
    const capture = captureOne(writing, 'slow1').then((id) => {
      isWritten = true
      return id
    })
    let recalls = 0
    while (!isWritten) {
      await reading.call('memory_recall', { cue: 'zqquick1x', project })
      recalls += 1
    }
    ids.push(await capture)
    ok(recalls > 5, `only ${recalls} recalls were answered while one commit was waited for`)
    daemon.kill('SIGKILL')
    await daemon.ended
    const again = await talkTo(await place.start())
    equal(await missing(again, ids), 0)
    await rejects(writing.call('status', {}), ClientError)
    again.client.close()
    return `a commit took ${commitTakesMs} ms; ${recalls} recalls were answered meanwhile; killed after the answer, nothing was lost`
  },
}
