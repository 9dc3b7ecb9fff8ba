// What goes on while the daemon is killed. A further kind of work (changing the key, taking a backup) is one more file
// beside this one, and one more line here.
import type { Random } from '../invented.ts'
import { factsLane } from './facts.ts'
import { importLane } from './import.ts'
import type { Lane } from './lane.ts'
import { spoolLane } from './spool.ts'
import { turnsLane } from './turns.ts'
import { upkeepLane } from './upkeep.ts'

const importsOneIn = 6

export function lanesOf(random: Random): readonly Lane[] {
  const always = [...['a', 'b', 'c', 'd', 'e', 'f'].map(turnsLane), factsLane, upkeepLane, spoolLane]
  // A process of its own, and slow to start.
  return random() < 1 / importsOneIn ? [...always, importLane] : always
}
