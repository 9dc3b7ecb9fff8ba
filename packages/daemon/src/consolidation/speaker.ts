// Who speaks in a session, and whether it is of their own work.
import { aboutWork } from './verbs.ts'

export type Speaker = 'user' | 'assistant'

/**
 * What an assistant writes about the world is an essay, not a report: its own work is in the first person or names what is
 * worked on.
 */
const ownWork = /^i(?:'ve|'m)?\b/iu

export function isOwnWork(main: string): boolean {
  return ownWork.test(main) || aboutWork.test(main)
}
