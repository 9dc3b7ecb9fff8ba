// The heart of the suite: a daemon at work is killed, at a named place or at a random moment, what it left is looked
// at, it is started again over the same data, and what it holds is compared with what it had acknowledged.
import { seededRandom } from '../../bench/load/invented-history.ts'
import { planKill, told } from './kill-plans.ts'
import { createExports, createLife } from './life.ts'

/** A store is given up for a new one after this many kills, so that creation is killed too. */
const killsPerStore = 25

export interface KillsReport {
  readonly kills: number
  readonly acknowledged: number
  /** How often it was killed where. */
  readonly places: ReadonlyMap<string, number>
  readonly wrong: readonly string[]
}

export interface KillsOptions {
  readonly kills: number
  readonly seed: number
  onKill(kill: number, where: string, acknowledged: number): void
}

export async function surviveKills({ kills, seed, onKill }: KillsOptions): Promise<KillsReport> {
  // Two streams: how often the lanes ask depends on the machine, and must not shift what is planned.
  const [planning, working] = [seededRandom(seed), seededRandom(seed + 1)]
  const where = new Map<string, number>()
  const wrong: string[] = []
  const exports = createExports()
  let acknowledged = 0
  let number = 0
  let keepings = 0
  for (let kill = 0; kill < kills && wrong.length === 0; ) {
    const life = createLife(working, exports, () => (number += 1))
    try {
      for (let inLife = 0; inLife < killsPerStore && kill < kills && wrong.length === 0; inLife += 1) {
        const plan = planKill(planning, inLife, keepings)
        if (plan.kind === 'keeping') keepings += 1
        const place = await life.untilKilled(plan)
        wrong.push(
          ...(await life.look()).map((what) => `after kill ${kill} (${place ?? told(plan)}): ${what}`),
        )
        if (place === null) continue
        kill += 1
        where.set(place, (where.get(place) ?? 0) + 1)
        onKill(kill, place, acknowledged + life.ledger.acknowledgedWrites())
      }
      if (wrong.length === 0)
        wrong.push(...(await life.endWell()).map((what) => `after kill ${kill}: ${what}`))
      acknowledged += life.ledger.acknowledgedWrites()
    } finally {
      await life.remove(wrong.length > 0)
    }
  }
  exports.remove()
  return {
    kills: [...where.values()].reduce((sum, times) => sum + times, 0),
    acknowledged,
    places: where,
    wrong,
  }
}
