// The access tests have a configuration of their own: they need a browser, and a second user.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/access/**/*.test.ts'],
    globalSetup: ['./test/support/build-first.ts'],
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    pool: 'forks',
    fileParallelism: false,
  },
})
