// Builds before any test when sources changed: the end-to-end tests run the built command, and the store's tests the
// built threads. Does nothing in a tenth of a second when all is current.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export default function buildFirst(): void {
  const bootstrap = fileURLToPath(new URL('../../scripts/bootstrap.mjs', import.meta.url))
  const { status } = spawnSync(process.execPath, [bootstrap], { stdio: 'inherit' })
  if (status !== 0) throw new Error('the build failed; see above')
}
