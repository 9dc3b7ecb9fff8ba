// Shows how far a long run is, on stderr: a bar that redraws itself on a terminal, a plain line now and then elsewhere.
import { basename } from 'node:path'
import type { Progress } from '../../history/progress.ts'
import { limits } from '../../kit/limits.ts'
import { count, counted } from '../counted.ts'
import type { Io } from '../io.ts'
import { oneLine } from '../output.ts'

export interface ProgressView {
  readonly show: (progress: Progress) => void
  /** Takes the bar away. */
  end(): void
}

const barCells = 24
const clearLine = '\r\u001b[2K'

export function createProgressView(io: Io, now: () => number): ProgressView {
  const { stderr, progressColumns } = io
  if (progressColumns !== null) {
    return {
      show: (progress) => void stderr.write(`${clearLine}${barLine(progress, progressColumns)}`),
      end: () => void stderr.write(clearLine),
    }
  }
  let toldAt = now()
  return {
    show(progress) {
      if (now() - toldAt < limits.importPlainProgressEveryMs) return
      toldAt = now()
      stderr.write(`${summary(progress)}\n`)
    },
    end() {},
  }
}

export function barLine(progress: Progress, columns: number): string {
  const share = shareOf(progress)
  const full = Math.round(share * barCells)
  const bar = `${'█'.repeat(full)}${'░'.repeat(barCells - full)}`
  const file = progress.file === null ? '' : ` · ${basename(progress.file)}`
  // One cell is left free: a full last column would break the line on some terminals.
  return oneLine(`${bar} ${summary(progress)}${file}`, Math.max(1, columns - 1))
}

function summary(progress: Progress): string {
  const { files, filesTotal, turns, turnsPerSecond, etaMs } = progress
  const percent = `${Math.floor(shareOf(progress) * 100)}%`
  const eta = etaMs === null ? '' : ` · ${duration(etaMs)} left`
  return `${percent} · ${counted(turns, 'turn')} · ${count(turnsPerSecond)}/s · ${files}/${filesTotal} files${eta}`
}

function shareOf({ bytes, bytesTotal }: Progress): number {
  return bytesTotal === 0 ? 1 : bytes / bytesTotal
}

export function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1_000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`
}
