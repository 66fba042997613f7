import { cpuBackend } from '@tapegrad/backend-cpu'
import { testBackend } from '@tapegrad/backend-testkit/vitest'
import { blasBackend, withLibrary } from './blas-backend.ts'
import { whenLibrary } from './testing/when-library.ts'

whenLibrary('the kit', (library) => {
  // The kit's matrices are small: here the library computes them all the same.
  testBackend('blas for every product', () => withLibrary(cpuBackend(), library, { products: 0, lines: 0 }))
  testBackend('blas', () => blasBackend({ threads: 2 }), { groups: ['matmul', 'memory', 'backend-methods'] })
})
