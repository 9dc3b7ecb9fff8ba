// The account that a long suite gives of itself: each verdict as soon as it is known, and at the end the row for
// docs/reliability.md, the closing line and the exit code.
import { machine, npmCommand, tableRow } from './figures.ts'

export interface Suite {
  say(line: string): void
  judge(isRight: boolean, what: string): void
  /** For the row at the end. */
  figure(what: string): void
  /** Once, when everything has been judged. */
  end(): void
}

/** `script`: as npm knows it. */
export function startSuite(script: string, title: string): Suite {
  const startedAt = performance.now()
  const figures: string[] = []
  let passed = 0
  let failed = 0

  function say(line: string): void {
    process.stdout.write(`${line}\n`)
  }

  function judge(isRight: boolean, what: string): void {
    say(`${isRight ? 'ok    ' : 'FAILED'}  ${what}`)
    if (isRight) passed += 1
    else failed += 1
  }

  say(`${title}; ${machine()}`)
  return {
    say,
    judge,
    figure: (what) => void figures.push(what),
    end() {
      // A name that matches nothing must not look like a suite that passed.
      if (passed + failed === 0) judge(false, 'nothing was tried: no part of the suite has that name')
      const result = figures.join('; ')
      say(tableRow({ command: npmCommand(script), result, failed, ms: performance.now() - startedAt }))
      say(`${passed} passed, ${failed} failed`)
      process.exitCode = failed === 0 ? 0 : 1
    },
  }
}
