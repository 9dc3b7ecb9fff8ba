// Loaded into the daemon, or a command that works on its store, before its own code (`node --import`), by tests only: the
// product has no hook for this and pays nothing. It wraps the file functions and the SQLite addon that they call, in the
// main thread and in the store's threads, and does at a named place what is asked for.
import { writeSync } from 'node:fs'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { isMainThread, threadId, workerData } from 'node:worker_threads'

/**
 * JSON, one of:
 *   {"killAt": "commit:before", "nth": 3}   ends the whole process with SIGKILL the third time that place is passed
 *   {"commitTakesMs": 300}                  a disk on which every commit takes that long
 *   {"synchronous": "OFF"}                  a store that syncs nothing, to see that this would be noticed
 *   {"clockStepsMs": [3600000, -7200000]}   SIGUSR2 moves the wall clock by the next step; the monotonic clock goes on
 *   {"endThread": "writer"}                 SIGUSR2 ends that store thread
 * Places are `<what>:before` and `<what>:after`; `what` is named below.
 */
const fault = JSON.parse(process.env.IAI_TEST_FAULT ?? '{}')
const require = createRequire(new URL('../../packages/daemon/package.json', import.meta.url))
let passed = 0

function pass(place) {
  if (place !== fault.killAt) return
  passed += 1
  if (passed < fault.nth) return
  writeSync(2, `fault: killed at ${place}\n`)
  process.kill(process.pid, 'SIGKILL')
  // The signal is delivered on the way back from the system call; nothing of the daemon runs any more.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000)
}

/** Calls `work` between the two places of `what`; a promise's second place is when it settles. */
function around(what, work) {
  if (what === null) return work()
  pass(`${what}:before`)
  const result = work()
  if (result instanceof Promise) return result.finally(() => pass(`${what}:after`))
  pass(`${what}:after`)
  return result
}

// ---- files

function fileOf(path) {
  const text = String(path)
  if (text.includes('.deferred-captures')) return 'spool'
  if (text.includes('transcript-marks')) return 'marks'
  if (/memory\.db(\.new)?$/.test(text)) return 'store'
  if (/memory\.db-(wal|shm)$/.test(text)) return 'log'
  if (text.includes('memory.db.next')) return 'draft'
  if (text.includes('memory.db.cipher')) return 'note'
  if (text.includes('.former-keys')) return 'former'
  if (text.includes('key-change.json')) return 'change'
  if (text.includes('key.json')) return 'parameters'
  if (text.includes('.key')) return 'key'
  if (text.includes('.backup')) return 'backup'
  if (text.includes('.http.port')) return 'port'
  return null
}

function wrapFiles(module, names) {
  for (const name of names) {
    const original = module[name]
    module[name] = (...args) => {
      const file = fileOf(args[0])
      return around(file && `${name.replace('Sync', '')}-${file}`, () => original(...args))
    }
  }
}

const fs = require('node:fs')
wrapFiles(fs, ['renameSync', 'rmSync', 'unlinkSync', 'writeFileSync', 'copyFileSync', 'truncateSync'])
wrapFiles(require('node:fs/promises'), ['rename', 'rm', 'unlink', 'appendFile'])

// ---- the database, where it is written or copied

const statements = [
  ['begin', /^\s*BEGIN/],
  ['commit', /^\s*COMMIT/],
  ['insert', /^\s*INSERT INTO memory /],
  ['passage', /^\s*INSERT INTO passage /],
  ['index', /^\s*INSERT INTO passage_index/],
  ['bar', /INTO forgotten/],
  ['erase', /^\s*DELETE FROM memory/],
  ['unindex', /^\s*DELETE FROM passage_index/],
  ['supersede', /^\s*UPDATE memory SET superseded_by/],
  ['derive', /INTO derived /],
  ['profile', /INTO profile/],
  ['migrate', /CREATE (TABLE|INDEX)/],
  ['checkpoint', /wal_checkpoint/],
  ['vacuum', /^\s*VACUUM INTO/],
  ['rekey', /^\s*rekey/],
  ['verify', /^\s*integrity_check/],
]

function placeOf(sql) {
  return statements.find(([, pattern]) => pattern.test(sql))?.[0] ?? null
}

function slowly(what) {
  if (what !== 'commit' || fault.commitTakesMs === undefined) return
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, fault.commitTakesMs)
}

function wrapDatabase() {
  const { prototype } = require('better-sqlite3-multiple-ciphers')
  const { prepare } = prototype
  prototype.prepare = function (sql, ...rest) {
    const statement = prepare.call(this, sql, ...rest)
    const what = placeOf(sql)
    if (what === null) return statement
    for (const name of ['run', 'get']) {
      const original = statement[name]
      const wrapped = (...args) =>
        around(what, () => {
          slowly(what)
          return original.apply(statement, args)
        })
      Object.defineProperty(statement, name, { value: wrapped })
    }
    return statement
  }
  for (const name of ['exec', 'pragma']) {
    const original = prototype[name]
    prototype[name] = function (asked, ...rest) {
      const sql =
        fault.synchronous && asked.startsWith('synchronous') ? `synchronous = ${fault.synchronous}` : asked
      return around(placeOf(sql), () => original.call(this, sql, ...rest))
    }
  }
}

// ---- threads and the clock, in the main thread

/** Threads are started without the process's own arguments; this one is passed on. */
function wrapThreads() {
  const threads = require('node:worker_threads')
  const started = new Map()
  threads.Worker = class extends threads.Worker {
    constructor(entry, options = {}) {
      super(entry, { ...options, execArgv: [...(options.execArgv ?? []), '--import', import.meta.url] })
      const role = options.workerData?.role
      if (role !== undefined) started.set(role, this)
    }
  }
  if (fault.endThread !== undefined) process.on('SIGUSR2', () => started.get(fault.endThread)?.terminate())
}

function wrapClock() {
  const steps = [...fault.clockStepsMs]
  const { now } = Date
  let offset = 0
  Date.now = () => now() + offset
  process.on('SIGUSR2', () => {
    offset += steps.shift() ?? 0
  })
}

if (isMainThread) {
  wrapThreads()
  if (fault.clockStepsMs !== undefined) wrapClock()
  // A command does all of its work here; a daemon has only its lock here.
  if (!process.argv.includes('daemon')) wrapDatabase()
} else if (workerData?.role === 'writer' || workerData?.kind === 'back up') {
  wrapDatabase()
}
if (process.env.IAI_TEST_FAULT_TRACE) writeSync(2, `fault: ready in thread ${threadId}\n`)
syncBuiltinESMExports()
