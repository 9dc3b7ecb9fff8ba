// What goes on while the daemon is killed. A further kind of work is one more file beside this one, and one more line
// here. What stops the daemon first (changing the key, restoring) is ../keeping.ts.
import type { Random } from '../invented.ts'
import { backupLane } from './backup.ts'
import { factsLane } from './facts.ts'
import { importLane } from './import.ts'
import type { Lane } from './lane.ts'
import { spoolLane } from './spool.ts'
import { turnsLane } from './turns.ts'
import { upkeepLane } from './upkeep.ts'

const importsOneIn = 6
const backupsOneIn = 3

export function lanesOf(random: Random): readonly Lane[] {
  const always = [...['a', 'b', 'c', 'd', 'e', 'f'].map(turnsLane), factsLane, upkeepLane, spoolLane]
  if (random() < 1 / backupsOneIn) always.push(backupLane)
  // A process of its own, and slow to start.
  return random() < 1 / importsOneIn ? [...always, importLane] : always
}
