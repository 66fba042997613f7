import { type Backend, requiredBinaryOps, requiredUnaryOps } from '@tapegrad/core'
import { type ReferenceOptions, referenceBackend } from '@tapegrad/core/reference'
import { testBackend } from './vitest.ts'

/** The reference backend, whole and with as little as a backend may have. */
const configurations: Readonly<Record<string, ReferenceOptions>> = {
  'reference backend': {},
  'without optional functions': { unary: requiredUnaryOps, binary: requiredBinaryOps },
  'with contiguous views only': { strided: false },
  'with four dimensions': { maxRank: 4 },
  'with three dtypes': { dtypes: ['bool', 'int32', 'float32'] },
  'without index checks': { checksIndices: false },
}

for (const [name, options] of Object.entries(configurations)) {
  const make = (): Backend => referenceBackend(options) as Backend
  testBackend(name, make, name === 'reference backend' ? {} : { samples: 2 })
}
