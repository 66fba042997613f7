const { cases } = require('@tapegrad/backend-testkit')
const { referenceBackend } = require('@tapegrad/core/reference')

async function main() {
  const backend = referenceBackend()
  const chosen = cases({ groups: ['matmul'], samples: 1 })
  for (const { run } of chosen) await run(backend)
  console.log(`right: ${chosen.length > 0}`)
}
main()
