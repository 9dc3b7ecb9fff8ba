// How far a long run is: told at most every limits.importProgressEveryMs, and once at the end.
import type { Clock } from '../kit/clock.ts'
import { limits } from '../kit/limits.ts'
import type { SourcedFile } from './discovery.ts'

export interface Progress {
  readonly files: number
  readonly filesTotal: number
  readonly bytes: number
  readonly bytesTotal: number
  readonly turns: number
  readonly turnsPerSecond: number
  /** null until there is something to reckon from */
  readonly etaMs: number | null
  /** The file being read; null at the end. */
  readonly file: string | null
}

export interface ProgressMeter {
  /** A file is begun; `bytesDone` of it need not be read. */
  enter(path: string, bytesDone: number): void
  /** Reading has come to `offset` of the present file. */
  at(offset: number): void
  turn(): void
  leave(bytes: number): void
  end(): void
}

export interface ProgressOptions {
  readonly now: Clock
  readonly files: readonly SourcedFile[]
  readonly tell?: ((progress: Progress) => void) | undefined
}

export function createProgressMeter(options: ProgressOptions): ProgressMeter {
  const { now, files: sourced, tell = () => {} } = options
  const filesTotal = sourced.length
  const bytesTotal = sourced.reduce((sum, { file }) => sum + file.bytes, 0)
  const startedAt = now()
  let toldAt = startedAt
  let [files, bytesBefore, bytesRead, turns] = [0, 0, 0, 0]
  let current: { readonly path: string; readonly from: number; bytes: number } | null = null

  function progress(): Progress {
    const elapsedMs = Math.max(1, now() - startedAt)
    const bytes = Math.min(bytesTotal, bytesBefore + (current?.bytes ?? 0))
    const read = bytesRead + (current === null ? 0 : Math.max(0, current.bytes - current.from))
    return {
      files,
      filesTotal,
      bytes,
      bytesTotal,
      turns,
      turnsPerSecond: Math.round((turns * 1_000) / elapsedMs),
      etaMs: read === 0 ? null : Math.round(((bytesTotal - bytes) * elapsedMs) / read),
      file: current?.path ?? null,
    }
  }

  function tellSometimes(): void {
    if (now() - toldAt < limits.importProgressEveryMs) return
    toldAt = now()
    tell(progress())
  }

  return {
    enter(path, bytesDone) {
      current = { path, from: bytesDone, bytes: bytesDone }
      tellSometimes()
    },
    at(offset) {
      if (current !== null) current.bytes = offset
      tellSometimes()
    },
    turn() {
      turns += 1
    },
    leave(bytes) {
      if (current !== null) bytesRead += Math.max(0, bytes - current.from)
      current = null
      bytesBefore += bytes
      files += 1
      tellSometimes()
    },
    end: () => tell(progress()),
  }
}
