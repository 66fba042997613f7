import { defineConfig } from 'vitest/config'

// `npm run release:dry`: what is published, as strangers get it.
export default defineConfig({
  test: {
    include: ['release/**/*.test.ts'],
    globalSetup: './release/setup.ts',
    reporters: ['verbose'],
    // Compilers and bundlers, on machines that may be busy.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    maxWorkers: 1,
  },
})
