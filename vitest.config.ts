import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build-once.ts'],
    exclude: ['test/browser/**', 'test/bench/**', 'node_modules/**'],
    testTimeout: 180_000,
    coverage: {
      enabled: process.env.RECVSCOPE_COVERAGE === '1',
      provider: 'v8',
      include: ['src/**/*.ts', 'parsers/**/*.ts', 'reports/**/*.ts'],
      exclude: ['reports/browser/**', 'parsers/wasm/assembly/**', 'parsers/wasm/binary.ts'],
    },
  },
});
