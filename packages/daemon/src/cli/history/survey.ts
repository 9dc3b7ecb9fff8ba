// What an import would find, told before the user is asked: reads for a few seconds at most and reckons the rest.
import { importHistory } from '../../history/import.ts'
import type { Progress } from '../../history/progress.ts'
import type { HistorySource } from '../../history/source.ts'
import { systemClock } from '../../kit/clock.ts'
import { limits } from '../../kit/limits.ts'
import { count, counted } from '../counted.ts'
import { importMarks, refuse } from './import.ts'
import { duration } from './progress-view.ts'

export interface Survey {
  readonly files: number
  readonly bytes: number
  /** New turns; reckoned from those read when `isWhole` is false. */
  readonly turns: number
  readonly isWhole: boolean
  /** How long taking them in may last. */
  readonly ms: number
}

export async function surveyHistory(sources: readonly HistorySource[], dataDir: string): Promise<Survey> {
  const signal = AbortSignal.timeout(limits.importSurveyMsMax)
  const met: Progress[] = []
  const onProgress = (progress: Progress) => void met.splice(0, 1, progress)
  const marks = await importMarks(dataDir)
  const dryRun = { isDryRun: true, capture: refuse, takeBack: refuse }
  const options = { sources, marks, onProgress, signal, now: systemClock, ...dryRun }
  let isWhole = true
  try {
    await importHistory(options)
  } catch (error) {
    if (!signal.aborted) throw error
    isWhole = false
  }
  const { filesTotal = 0, bytesTotal = 0, bytes = 0, turns: read = 0 } = met[0] ?? {}
  const turns = isWhole || bytes === 0 ? read : Math.round((read * bytesTotal) / bytes)
  const ms = (turns * 1_000) / limits.importTurnsPerSecondReckoned
  return { files: filesTotal, bytes: bytesTotal, turns, isWhole, ms }
}

/** A question that can be answered; null when there is nothing to take in. */
export function surveyQuestion({ files, bytes, turns, isWhole, ms }: Survey): string | null {
  if (turns === 0) return isWhole ? null : 'Take in the past of these agents now?'
  const about = isWhole ? '' : 'about '
  const size = `${counted(files, 'file')}, ${count(Math.ceil(bytes / 1e6))} MB`
  return `Take in the past of these agents now: ${about}${counted(turns, 'turn')} (${size}), in about ${duration(ms)}?`
}
