import { referenceBackend } from '@tapegrad/core/reference'
import { cpuBackend } from 'tapegrad'
import { test } from 'vitest'
import { gpuBackend } from '../index.ts'
import { isSwiftShader, whyNoNodeWebGPU } from './node-webgpu.ts'
import { expectDocumented } from './table-row.ts'
import { testMode } from './test-mode.ts'

test('docs/backends.md tells the reference', (context) => {
  expectDocumented(context, referenceBackend(), 'referenceBackend()', 'any JavaScript engine')
})

test('docs/backends.md tells the CPU backend', (context) => {
  const backend = cpuBackend()
  expectDocumented(context, backend, 'cpuBackend()', 'Node and browsers, on the processor')
  backend.dispose()
})

for (const mode of ['webasm', 'cpu'] as const) {
  test(`docs/backends.md tells ${mode}`, async (context) => {
    const backend = await gpuBackend({ mode })
    expectDocumented(
      context,
      backend,
      `gpuBackend({ mode: '${mode}' })`,
      'Node and browsers, on the processor',
    )
    backend.dispose()
  })
}

testMode('webgpu in Node', await whyNoNodeWebGPU(), () => {
  test('docs/backends.md tells webgpu in Node', async (context) => {
    if (!(await isSwiftShader())) context.skip('the table says what SwiftShader has room for')
    const backend = await gpuBackend({ mode: 'webgpu' })
    expectDocumented(context, backend, "gpuBackend({ mode: 'webgpu' })", 'Node with the package webgpu')
    backend.dispose()
  })
})
