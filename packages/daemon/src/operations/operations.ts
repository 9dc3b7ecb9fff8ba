// The explicit list of everything the daemon can do. Order is the order of the reference page.
import type { Operation } from './operation.ts'
import { status } from './status.ts'

export const operations: readonly Operation[] = [status as unknown as Operation]
