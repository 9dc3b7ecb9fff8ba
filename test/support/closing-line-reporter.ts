// Prints one plain line at the end of a run, "N passed, N failed, N skipped", for people and scripts that read only the tail.
import type { Reporter, TestModule } from 'vitest/node'

export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    let brokenFiles = 0
    for (const module of modules) {
      let tests = 0
      for (const test of module.children.allTests()) {
        counts[test.result().state] += 1
        tests += 1
      }
      if (tests === 0 && module.state() === 'failed') brokenFiles += 1
    }
    const failed = counts.failed + brokenFiles + unhandledErrors.length
    process.stdout.write(`${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped\n`)
  }
}
