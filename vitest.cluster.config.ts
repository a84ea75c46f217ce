import { configDefaults, defineConfig } from 'vitest/config';

/** They break what the whole cluster shares, or count what the whole cluster is asked: each runs while nothing else does. */
const ALONE = ['test/e2e/audit.test.ts', 'test/e2e/cluster-faults.test.ts'];

const COMMON = { testTimeout: 180_000, hookTimeout: 180_000, maxConcurrency: 14 };

export default defineConfig({
  test: {
    disableConsoleIntercept: true,
    projects: [
      {
        test: {
          ...COMMON,
          name: 'together',
          include: ['test/e2e/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...ALONE],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...COMMON,
          name: 'alone',
          include: ALONE,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
