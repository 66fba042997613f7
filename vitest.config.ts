import { defaultClientConditions, defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

const source = '@tapegrad/source'
const report = process.env['TEST_REPORT']

export default defineConfig({
  // Packages are tested from their sources, without a build.
  resolve: { conditions: [source, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [source, ...defaultServerConditions] } },
  // Node 20 has no `using`.
  oxc: { target: 'es2022' },
  test: {
    testTimeout: 30_000,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    projects: [
      { extends: true, test: { name: 'unit', include: ['packages/*/src/**/*.test.ts'] } },
      { extends: true, test: { name: 'docs', include: ['packages-private/docs/src/**/*.test.ts'] } },
      { extends: true, test: { name: 'examples', include: ['apps/examples/**/*.test.ts'] } },
    ],
  },
})
