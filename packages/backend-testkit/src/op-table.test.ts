import { extendBackend, requiredUnaryOps, softmaxKernel } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { opTable } from './index.ts'

const few = { samples: 1, groups: ['softmax-and-losses', 'comparison', 'memory'] } as const

const line = (table: string, op: string): string | undefined =>
  table.split('\n').find((row) => row.startsWith(`| ${op} |`))

test('a table says what is right of each op', async () => {
  const table = await opTable(referenceBackend(), few)
  expect(table.split('\n').slice(0, 2)).toEqual([
    '| op | values | gradient | second gradient | fused |',
    '| --- | --- | --- | --- | --- |',
  ])
  expect(line(table, 'softmax')).toBe('| softmax | all dtypes | yes | yes |  |')
  expect(line(table, 'less')).toBe('| less | all dtypes | none | none |  |')
  expect(table).not.toContain('storages are balanced')
})

test('it names the optional functions and kernels that take part', async () => {
  const backend = referenceBackend({ unary: [...requiredUnaryOps, 'relu', 'sigmoid'] })
  const calls: string[] = []
  // It writes nothing, so that the op fails.
  backend.kernels.set(softmaxKernel, () => void calls.push('softmax'))
  const table = await opTable(backend, few)
  expect(calls).not.toEqual([])
  expect(line(table, 'softmax')).toMatch(/^\| softmax \| fails: .+ \|/)
  const activations = await opTable(backend, { samples: 1, groups: ['activations'] })
  expect(line(activations, 'relu')).toBe('| relu | all dtypes | yes | yes | relu, reluGrad |')
})

test('it has the reason why an op fails, is known to fail, or does not matter', async () => {
  const reference = referenceBackend()
  const wrong = extendBackend(reference, {
    binary: (op, a, b, out) => reference.binary(op === 'less' ? 'lessEqual' : op, a, b, out),
  })
  const table = await opTable(wrong, { ...few, skip: { equal: 'not yet | written' } })
  expect(line(table, 'less')).toMatch(/^\| less \| fails: less of .+the result is wrong.* \|/)
  expect(line(table, 'equal')).toMatch(/^\| equal \| fails: not yet \\\| written \|/)
})
