import { testBackend } from '@tapegrad/backend-testkit/vitest'
import { myBackend } from './my-backend.ts'

testBackend('my backend', () => myBackend())
