import { playwright } from '@vitest/browser-playwright'
import type { TestProjectInlineConfiguration } from 'vitest/config'
import type { BrowserMode } from '../packages/backend-gpu/src/testing/provided.ts'
import { findChromium } from './find-chromium.ts'
import { serveDigits } from './serve-digits.ts'

/** What every Chromium gets: no window, no network of its own, and the right to run as root in a container. */
const everyFlag = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Both graphics interfaces drawn in software, so that tests need no GPU and differ on no machine. */
export const flagsOf: Readonly<Record<BrowserMode, readonly string[]>> = {
  webgl2: ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  webgpu: ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
}

/** The projects `webgl2` and `webgpu`, or none on a machine without a browser: scripts/browsers.test.ts reports that. */
export function browserProjects(): TestProjectInlineConfiguration[] {
  const executablePath = findChromium()
  if (executablePath === undefined) return []
  const instance = (mode: BrowserMode) => ({
    browser: 'chromium' as const,
    name: mode,
    provide: { browserMode: mode },
    provider: playwright({ launchOptions: { executablePath, args: [...everyFlag, ...flagsOf[mode]] } }),
  })
  return [
    {
      extends: true,
      plugins: [serveDigits()],
      // SharedArrayBuffer exists only where these isolate the page.
      server: {
        headers: {
          'Cross-Origin-Opener-Policy': 'same-origin',
          'Cross-Origin-Embedder-Policy': 'require-corp',
        },
      },
      test: {
        name: 'browser',
        include: ['packages/backend-gpu/src/**/*.browser.test.ts'],
        // A GPU in software on a busy machine.
        testTimeout: 120_000,
        browser: {
          enabled: true,
          headless: true,
          connectTimeout: 120_000,
          screenshotFailures: false,
          instances: [instance('webgl2'), instance('webgpu')],
        },
      },
    },
  ]
}
