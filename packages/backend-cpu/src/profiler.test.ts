import { testBackend } from '@tapegrad/backend-testkit/vitest'
import { profile } from '@tapegrad/core/profiler'
import { cpuBackend } from './cpu-backend.ts'

/** Nothing here knows the tensors' backend by its methods: handles and kernels work through a decorator too. */
testBackend('cpu with a profiler', () => profile(cpuBackend()), { samples: 2 })
