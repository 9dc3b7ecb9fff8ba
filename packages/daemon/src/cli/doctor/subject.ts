// What the checks of `doctor` look at, and what a check is.
import type { Config } from '../../config/config.ts'
import type { AppError } from '../../kit/errors.ts'
import { daemonStatus } from '../client.ts'
import type { Finding } from './check.ts'

export interface Subject {
  readonly config: Config
  /** What is wrong with the settings; `config` has the defaults in their place. */
  readonly problems: readonly AppError[]
  readonly cwd: string
  /** This package, installed. */
  readonly packageFolder: string
  /** Look at everything, however long it takes. */
  readonly deep: boolean
  readonly now: number
  /** What the running daemon says of itself, asked once; null when none runs. */
  daemon(): Promise<Readonly<Record<string, unknown>> | null>
}

/** One check: what it finds, or an error, which is a failure with its message as the finding. */
export interface Check {
  readonly name: string
  /** It looks at what is in the data directory, and says nothing new where that cannot be looked into. */
  readonly isInside?: true
  run(subject: Subject): Promise<Finding | readonly Finding[]>
}

export function createSubject(given: Omit<Subject, 'daemon'>): Subject {
  let asked: ReturnType<Subject['daemon']> | undefined
  const daemon = () => {
    asked ??= daemonStatus(given.config.socketPath)
    return asked
  }
  return { ...given, daemon }
}
