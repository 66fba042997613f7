import { describe, expect, test } from 'vitest'
import { decompositionFaults } from './faults/decomposition-faults.ts'
import { elementwiseFaults } from './faults/elementwise-faults.ts'
import { correctBackend, type Fault, faultyBackend } from './faults/fault.ts'
import { indexAndMatmulFaults } from './faults/index-and-matmul-faults.ts'
import { kernelFaults } from './faults/kernel-faults.ts'
import { lineFaults } from './faults/line-faults.ts'
import { memoryFaults } from './faults/memory-faults.ts'
import { neuralFaults } from './faults/neural-faults.ts'
import { optimizerFaults } from './faults/optimizer-faults.ts'
import { reductionFaults } from './faults/reduction-faults.ts'
import { regionFaults } from './faults/region-faults.ts'
import { spatialFaults } from './faults/spatial-faults.ts'
import { type Case, cases, groups } from './index.ts'

const faults: readonly Fault[] = [
  ...memoryFaults,
  ...elementwiseFaults,
  ...reductionFaults,
  ...indexAndMatmulFaults,
  ...regionFaults,
  ...kernelFaults,
  ...lineFaults,
  ...decompositionFaults,
  ...neuralFaults,
  ...spatialFaults,
  ...optimizerFaults,
]

function caseFor({ group, caughtBy }: Fault, allocated: () => number): Case {
  const found = cases({ groups: [group], shrink: false, allocated }).find(({ name }) => name === caughtBy)
  if (found === undefined) throw new Error(`the group ${group} has no case ${caughtBy}`)
  return found
}

test('there are enough faults, each with a name of its own, and some for every group', () => {
  expect(faults.length).toBeGreaterThanOrEqual(40)
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length)
  expect(groups.filter((group) => !faults.some((fault) => fault.group === group))).toEqual([])
})

describe('the kit notices that', () => {
  test.each(faults)('$name', async (fault) => {
    const { backend, allocated } = faultyBackend(fault)
    const message = await caseFor(fault, allocated)
      .run(backend)
      .then(
        () => 'nothing',
        (error: Error) => error.message,
      )
    expect(message).toContain(fault.names ?? fault.caughtBy)
  })
})

describe('nothing is wrong with a correct backend in', () => {
  const { backend, allocated } = correctBackend()
  const named = new Map(faults.map((fault) => [fault.caughtBy, caseFor(fault, allocated)]))
  test.each([...named])('%s', (_name, { run }) => run(backend))
})
