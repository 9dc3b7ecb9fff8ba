// Prints one plain line at the end of a run, "N passed, N failed, N skipped", for people and scripts that read only the
// tail. What broke outside of any test (a file that does not load, a hook of a suite) is one failure: its tests only
// count as skipped.
import type { Reporter, TestModule } from 'vitest/node'

export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    let broken = 0
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[test.result().state] += 1
      for (const suite of [module, ...module.children.allSuites()]) if (suite.errors().length > 0) broken += 1
    }
    const failed = counts.failed + broken + unhandledErrors.length
    process.stdout.write(`${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped\n`)
  }
}
