import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'test/install/**'],
    disableConsoleIntercept: true,
    testTimeout: 60_000,
    // a third of the time went into reading the same worlds and rules again for each file
    isolate: false,
    // by itself vitest leaves one processor free, which of two is half
    maxWorkers: availableParallelism(),
  },
});
