// Programs of Debian that a suite needs and a machine may not have. Installed only where the suite may change the
// machine: as root, in CI or when asked to.
import { spawnSync } from 'node:child_process'

const installMsMax = 8 * 60_000

export function mayInstall(): boolean {
  return process.getuid?.() === 0 && process.env.CI === 'true'
}

/** Raises when it fails; apt-get's own lines say why. */
export function installDebianPackages(...names: readonly string[]): void {
  const options = ['-y', '-qq', '--no-install-recommends', '-o', 'Dpkg::Use-Pty=0']
  for (const args of [
    ['update', '-qq'],
    ['install', ...options, ...names],
  ]) {
    const ran = spawnSync('apt-get', args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: installMsMax,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
    if (ran.error !== undefined) throw new Error(`apt-get could not be run (${ran.error.message})`)
    if (ran.status !== 0) throw new Error(`apt-get ${args[0]} failed; the lines above say why`)
  }
}
