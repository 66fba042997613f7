import { testBackend } from '@tapegrad/backend-testkit/vitest'
import { cpuBackend } from './cpu-backend.ts'

testBackend('cpu', () => cpuBackend())
