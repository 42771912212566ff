import { defineConfig } from 'vitest/config'

// Tests beside the code are `unit`; what needs a stack stands in test/<kind>.
// chdb crashes in worker threads, so every project runs in forks.
const kind = (name: string, timeout: number, workers: number, files = `test/${name}/**/*.test.ts`) => ({
  test: {
    name,
    include: [files],
    pool: 'forks' as const,
    testTimeout: timeout,
    hookTimeout: timeout,
    maxWorkers: workers,
    fileParallelism: workers > 1,
  },
})

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{schemas,services,infra}/**/*.test.ts', 'test/{support,bench}/**/*.test.ts'],
          exclude: ['**/node_modules/**'],
          pool: 'forks' as const,
          testTimeout: 20_000,
          // Left alone, vitest keeps a core back, which is half of two.
          maxWorkers: '100%',
        },
      },
      kind('integration', 120_000, 2),
      kind('e2e', 400_000, 1),
      kind('page', 120_000, 1),
      // These run beside each other: real processes that are killed, real ones that are away for a while or hold much, which
      // mostly wait, and what is simulated, which computes in the time that those do not want.
      kind('chaos-kills', 900_000, 1, 'test/chaos/{kills,restart}.test.ts'),
      kind('chaos-outages', 900_000, 1, 'test/chaos/{outage,bridge-stress,memory}.test.ts'),
      kind('chaos-simulated', 900_000, 1, 'test/chaos/simulation.test.ts'),
    ],
  },
})
