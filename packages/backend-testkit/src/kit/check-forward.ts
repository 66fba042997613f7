import { type Backend, memory, type Tensor } from '@tapegrad/core'
import type { OracleArray } from '../oracle/array.ts'
import { compare, type Tolerances, withoutSpecials } from './compare.ts'
import { compareMemory } from './compare-memory.ts'
import type { Call, OpSpec } from './op-spec.ts'
import { readArray } from './read-array.ts'
import { checkUnchanged, withTensors } from './with-tensors.ts'

/** Throws where an op differs from the oracle, changes an input, or leaves something behind. */
export async function checkForward<A>(
  spec: OpSpec<A>,
  call: Call<A>,
  backend: Backend,
  tolerances: Tolerances,
  signedZeros: boolean,
): Promise<void> {
  await withTensors(call.inputs, backend, call.attributes, async (inputs) => {
    const before = memory()
    const views = inputs.map(({ view }) => view)
    const received = await readAll([spec.op(views, call.attributes)].flat())
    compareMemory(before)
    const arrays = call.inputs.map(({ array }) => array)
    const expected = [spec.oracle(arrays, call.attributes)].flat()
    if (received.length !== expected.length) {
      throw new Error(`there are ${received.length} results, expected are ${expected.length}`)
    }
    expected.forEach((array, i) => {
      const what = expected.length === 1 ? 'the result' : `result ${i}`
      const result = backend.caps.specialValues ? received[i]! : withoutSpecials(received[i]!, array)
      compare(what, result, array, tolerances, signedZeros)
    })
    await checkUnchanged(inputs, call.inputs)
  })
}

/** The elements of tensors, which are disposed. */
async function readAll(tensors: readonly Tensor[]): Promise<OracleArray[]> {
  try {
    return await Promise.all(tensors.map(readArray))
  } finally {
    for (const x of tensors) x.dispose()
  }
}
