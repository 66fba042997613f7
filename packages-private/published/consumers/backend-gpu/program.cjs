const { gpuBackend } = require('@tapegrad/backend-gpu')
const { matmul, setBackend, tensor } = require('@tapegrad/core')

async function main() {
  setBackend(await gpuBackend({ mode: 'cpu' }))
  const x = tensor([
    [1, 2],
    [3, 4],
  ])
  console.log(`product ${JSON.stringify(await matmul(x, x).array())}`)
}
main()
