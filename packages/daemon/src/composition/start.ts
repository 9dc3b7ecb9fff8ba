// What every part of a start is given: the settings, the clock, where to say something, and how to be taken back.
import type { Config } from '../config/config.ts'
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import type { Undo } from '../lifecycle/undo.ts'

export interface Start {
  readonly config: Config
  readonly log: Log
  readonly now: Clock
  readonly startedAt: number
  readonly version: string
  /** Each part adds what takes it back, as soon as there is something to take back. */
  readonly undo: Undo
}
