// `npm run test:access`: who gets in. Finds (in CI: installs) a Chromium, says what cannot be run here, and runs the
// rest. Arguments go to vitest, but for --install-browser.
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { installDebianPackages, mayInstall } from '../support/debian-packages.ts'
import { secretServicePackages, whyNoSecretService } from '../support/secret-service.ts'
import { findChromium, installChromium } from './chromium.ts'

const root = resolve(import.meta.dirname, '../..')
const say = (line: string) => void process.stdout.write(`test:access: ${line}\n`)
const args = process.argv.slice(2)
const isRoot = process.getuid?.() === 0

if (isRoot && (process.env.CI === 'true' || args.includes('--install-browser'))) installChromium(say)
// Before any test runs: a suite about browsers that has none did not pass.
say(`browser: ${findChromium()}`)

const leftOut: string[] = []
function leaveOut(file: string, why: string): void {
  say(`NOT RUN: ${file} (${why})`)
  leftOut.push('--exclude', file)
}
if (!isRoot) leaveOut('test/access/other-user.test.ts', 'only root can act as a second user')
if (process.platform !== 'linux') leaveOut('test/access/listening.test.ts', 'it reads /proc')
if (whyNoSecretService() !== null && mayInstall()) installDebianPackages(...secretServicePackages)
const noKeychain = whyNoSecretService()
if (noKeychain !== null) leaveOut('test/access/keychain.test.ts', noKeychain)

const vitest = resolve(root, 'node_modules/vitest/vitest.mjs')
const config = resolve(import.meta.dirname, 'vitest.config.ts')
const given = args.filter((arg) => arg !== '--install-browser')
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--root', root, '--config', config, ...leftOut, ...given],
  { stdio: 'inherit' },
)
process.exitCode = status ?? 1
