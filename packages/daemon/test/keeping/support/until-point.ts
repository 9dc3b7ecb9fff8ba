// Child process of the kill tests: does one piece of work on a data directory and ends itself with SIGKILL at a named
// point. Arguments: the data directory, the work, the point. Passphrases come in the environment, as for the daemon.
import { join } from 'node:path'
import { readConfig } from '../../../src/config/config.ts'
import { processInput } from '../../../src/config/environment.ts'
import { backUpHeld } from '../../../src/maintenance/copies.ts'
import { holdDataDir } from '../../../src/maintenance/holding.ts'
import { putUnderKey } from '../../../src/maintenance/keys.ts'
import { restore } from '../../../src/maintenance/restoring.ts'

const [dataDir = '', work = '', point = '', passphrase = ''] = process.argv.slice(2)
const held = await holdDataDir(readConfig(processInput({ dataDir })))

function at(reached: string): void {
  if (reached === point) process.kill(process.pid, 'SIGKILL')
}

switch (work) {
  case 'to file':
    await putUnderKey(held, { kind: 'key file' }, at)
    break
  case 'to passphrase':
    await putUnderKey(held, { kind: 'passphrase', passphrase }, at)
    break
  case 'back up':
    backUpHeld(held, join(dataDir, 'one.backup'), at)
    break
  case 'restore':
    await restore(held, { file: join(dataDir, 'one.backup'), sheet: null, ignoreForgotten: false, at })
    break
  default:
    throw new Error(`there is no work "${work}"`)
}
held.release()
