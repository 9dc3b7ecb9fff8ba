import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      'packages/*/test/**/*.test.ts',
      'test/**/*.test.ts',
      'bench/**/*.test.ts',
      'tools/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**', 'test/hosts/**', 'test/access/**'],
    globalSetup: ['./test/support/build-first.ts'],
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    // How long a hanging test takes to fail, and nothing else: on a machine out of breath each takes twenty times as long.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    pool: 'forks',
  },
})
