import { defaultClientConditions, defaultServerConditions } from 'vite'
import { configDefaults, defineConfig } from 'vitest/config'
import { browserProjects } from './scripts/browser-projects.ts'
import { findVulkanDriver } from './scripts/find-vulkan-driver.ts'

const source = '@tapegrad/source'
const report = process.env['TEST_REPORT']
const driver = findVulkanDriver()
const kits = process.env['KITS']
const isThorough = kits === 'thorough'

export default defineConfig({
  // Packages are tested from their sources, without a build.
  resolve: { conditions: [source, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [source, ...defaultServerConditions] } },
  // Node 20 has no `using`.
  oxc: { target: 'es2022' },
  test: {
    testTimeout: 30_000,
    setupFiles: ['scripts/seed-tests.ts'],
    provide: {
      ci: process.env['CI'] === 'true',
      wholeMnist: isThorough || process.env['MNIST'] === 'all',
      ...(kits !== undefined && { backendTestkit: { report: true, ...(isThorough && { samples: 100 }) } }),
      gpuSamples: isThorough ? 10 : 2,
    },
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts'],
          exclude: [...configDefaults.exclude, '**/*.browser.test.ts'],
          // Read when Vulkan is loaded, which the first WebGPU adapter does.
          ...(driver === undefined ? {} : { env: { VK_ICD_FILENAMES: driver } }),
        },
      },
      { extends: true, test: { name: 'docs', include: ['packages-private/docs/src/**/*.test.ts'] } },
      { extends: true, test: { name: 'types', include: ['packages-private/types/src/**/*.test.ts'] } },
      { extends: true, test: { name: 'examples', include: ['apps/examples/**/*.test.ts'] } },
      {
        extends: true,
        test: { name: 'published', include: ['packages-private/published/src/**/*.test.ts'] },
      },
      { extends: true, test: { name: 'scripts', include: ['scripts/**/*.test.ts'] } },
      ...browserProjects(),
    ],
  },
})
