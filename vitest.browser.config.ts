import { defineConfig } from 'vitest/config';

/** `npm run test:browser`: needs dist/ (the script builds it) and Chromium; in CI a missing Chromium is a failure. */
export default defineConfig({
  test: { include: ['test/browser/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false },
});
