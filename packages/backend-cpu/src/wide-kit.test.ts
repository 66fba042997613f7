import { testBackend } from '@tapegrad/backend-testkit/vitest'
import { test } from 'vitest'
import { cpuBackend } from './cpu-backend.ts'

const isNode24 = Number.parseInt(process.versions.node, 10) >= 24

if (isNode24) testBackend('cpu, joined vectors', () => cpuBackend({ wideSimd: true }))
else test.skip('joined vectors take Node 24', () => {})
