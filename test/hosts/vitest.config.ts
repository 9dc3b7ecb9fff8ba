// The host tests have a configuration of their own: they start released programs, one after the other.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/hosts/**/*.test.ts'],
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    // Far more than they take: on a machine out of breath they only end later.
    testTimeout: 480_000,
    hookTimeout: 240_000,
    pool: 'forks',
    fileParallelism: false,
  },
})
