// Where and when the next kill is to be: at a named place of the daemon's work, at a random moment of it, while it starts
// or stops, or in a command on the whole store. Pure: chance is handed in.
import { between, pick, type Random } from './invented.ts'
import { type KeepingPlan, planKeeping } from './keeping.ts'

/** Where a daemon may be killed (fault-preload.mjs), and the highest turn at which it is. */
const places: readonly (readonly [what: string, nthMax: number])[] = [
  ['begin', 12],
  ['commit', 12],
  ['insert', 40],
  ['passage', 40],
  ['index', 40],
  ['bar', 4],
  ['erase', 4],
  ['unindex', 4],
  ['supersede', 2],
  ['derive', 2],
  ['profile', 2],
  ['checkpoint', 4],
  ['rename-spool', 3],
  ['rm-spool', 3],
  ['vacuum', 2],
  ['rename-backup', 2],
]
/** Passed only when a store is created. */
const placesOfCreation: readonly (readonly [what: string, nthMax: number])[] = [
  ['rename-store', 1],
  ['writeFile-note', 1],
  ['rename-note', 1],
  ['migrate', 4],
  ['begin', 4],
  ['commit', 4],
]

/** A place that is not reached after so many acknowledged writes is killed there and then. */
const writesPerKillMax = 40
const writesBeforeStop = 15
const startKillMsMax = 400
/** How many of the kills are of a command that works on the whole store. */
const keepingShare = 0.3

export type KillPlan =
  | { readonly kind: 'place'; readonly at: string; readonly nth: number }
  | { readonly kind: 'moment'; readonly afterWrites: number }
  | { readonly kind: 'start'; readonly ms: number }
  | { readonly kind: 'stop'; readonly ms: number }
export type AnyPlan = KillPlan | { readonly kind: 'keeping'; readonly keeping: KeepingPlan }

export function told(plan: AnyPlan): string {
  return plan.kind === 'keeping' ? `${plan.keeping.work}, ended well` : plan.kind
}

export function planKill(random: Random, inLife: number, keepings: number): AnyPlan {
  const isFirst = inLife === 0
  if (!isFirst && random() < keepingShare) return { kind: 'keeping', keeping: planKeeping(random, keepings) }
  const chance = random()
  if (chance < (isFirst ? 0.7 : 0.55)) {
    const [what, nthMax] = pick(random, isFirst ? placesOfCreation : places)
    const side = pick(random, ['before', 'after'] as const)
    return { kind: 'place', at: `${what}:${side}`, nth: between(random, 1, nthMax) }
  }
  if (chance < 0.62) return { kind: 'start', ms: between(random, 50, startKillMsMax) }
  if (chance < 0.67) return { kind: 'stop', ms: between(random, 0, 40) }
  return { kind: 'moment', afterWrites: between(random, 0, writesPerKillMax) }
}

/** How many writes are acknowledged before the kill is done, if no place has done it. */
export function writesBefore(plan: KillPlan): number {
  if (plan.kind === 'moment') return plan.afterWrites
  return plan.kind === 'stop' ? writesBeforeStop : writesPerKillMax
}
