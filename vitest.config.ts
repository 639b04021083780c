import { defineConfig } from 'vitest/config'

/** What `npm run soak` tries takes as long as it takes. */
const slowest = process.env.SOAK === undefined ? 30_000 : 24 * 60 * 60 * 1000

const isolated = {
  pool: 'forks',
  testTimeout: slowest,
  hookTimeout: 60_000,
  // What is waited for comes at once on a machine that is free, and on no machine is it the wait that is tested.
  expect: { poll: { timeout: 20_000 } },
} as const

/** Three rings: pure rules beside the source; the database and HTTP on a real PostgreSQL; the whole over HTTP only. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...isolated,
          name: 'unit',
          setupFiles: ['server/src/testing/soak.ts'],
          include: ['server/src/**/*.test.ts'],
          exclude: ['server/src/**/*.db.test.ts', 'server/src/**/*.crash.test.ts'],
        },
      },
      {
        test: {
          ...isolated,
          name: 'database',
          setupFiles: ['server/src/testing/soak.ts'],
          include: ['server/src/**/*.db.test.ts'],
          globalSetup: ['server/src/testing/database-server.ts'],
        },
      },
      {
        test: {
          ...isolated,
          name: 'crash',
          include: ['server/src/**/*.crash.test.ts'],
          testTimeout: 180_000,
        },
      },
      {
        test: {
          ...isolated,
          name: 'acceptance',
          testTimeout: 60_000,
          hookTimeout: 150_000,
          include: ['acceptance/**/*.test.ts'],
          globalSetup: ['acceptance/global-setup.ts'],
        },
      },
    ],
  },
})
