import { defineConfig } from 'vitest/config';

/** Tests of the built package: the command line, and what imports `nograd` by its name. */
const ofThePackage = [
  'test/documentation.test.ts',
  'test/package/**/*.test.ts',
  'test/extensions/cli/**/*.test.ts',
  'test/experiments/experiments.test.ts',
  'test/plug-ins/**/*.test.ts',
];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: 'source', include: ['test/**/*.test.ts'], exclude: ofThePackage },
      },
      {
        extends: true,
        test: { name: 'package', include: ofThePackage, globalSetup: 'test/support/global-setup.ts' },
      },
    ],
  },
});
