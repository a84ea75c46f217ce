import { configDefaults, defineConfig } from 'vitest/config';

/** It breaks what the whole cluster shares: it runs while nothing else does. */
const ALONE = ['test/e2e/cluster-faults.test.ts'];
/** It looks at what all others have done. */
const LAST = ['test/e2e/writes.test.ts'];

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
          exclude: [...configDefaults.exclude, ...ALONE, ...LAST],
          // the stories of one file run at once already, and two processors carry no more
          maxWorkers: 1,
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
      {
        test: {
          ...COMMON,
          name: 'last',
          include: LAST,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
