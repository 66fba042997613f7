import { type Backend, extendBackend, requiredBinaryOps, requiredUnaryOps } from '@tapegrad/core'
import { type ReferenceOptions, referenceBackend } from '@tapegrad/core/reference'
import { type QueuedBackend, queuedBackend } from './testing/queued-backend.ts'
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
  const make = (): Backend => referenceBackend(options)
  testBackend(name, make, name === 'reference backend' ? {} : { samples: 2 })
}

/** A device whose calls return at once and are done later. */
testBackend('with a queue', queuedBackend, {
  samples: 2,
  allocated: (backend) => (backend as QueuedBackend).storages(),
})

/** A device that only has floats: larger integers are not exact, and nothing is infinite. */
testBackend(
  'with the numbers of a small device',
  () => {
    const backend = referenceBackend({ maxInt: 2 ** 24, checksIndices: false })
    return extendBackend(backend, { caps: { ...backend.caps, specialValues: false, deterministic: false } })
  },
  { samples: 2 },
)
