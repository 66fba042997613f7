import { cases } from '@tapegrad/backend-testkit'
import { referenceBackend } from '@tapegrad/core/reference'

const backend = referenceBackend()
const chosen = cases({ groups: ['matmul'], samples: 1 })
for (const { run } of chosen) await run(backend)
console.log(`right: ${chosen.length > 0}`)
