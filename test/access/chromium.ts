// Where a Chromium is, or how to get one: named by IAI_TEST_BROWSER, installed already, or (in CI as root on Debian)
// installed now. Never left out in silence: without one the suite fails and says what to do.
import { accessSync, constants } from 'node:fs'
import { installDebianPackages } from '../support/debian-packages.ts'

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** Path of the program. Raises when there is none. */
export function findChromium(): string {
  const named = process.env.IAI_TEST_BROWSER
  if (named !== undefined && named !== '') {
    if (isProgram(named)) return named
    throw new Error(`IAI_TEST_BROWSER names ${named}, which is no program`)
  }
  const found = places.find(isProgram)
  if (found !== undefined) return found
  throw new Error(
    'no Chromium here. Install it (Debian: apt-get install chromium), name one in IAI_TEST_BROWSER, ' +
      'or run again as root with --install-browser',
  )
}

/** Debian's package, when there is no browser and this machine may be changed. */
export function installChromium(say: (line: string) => void): void {
  if (places.some(isProgram)) return
  say('installing Chromium from Debian (about 350 MB on disk, 1 to 5 min)')
  installDebianPackages('chromium')
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
