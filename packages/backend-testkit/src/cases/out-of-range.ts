import {
  type Backend,
  broadcastTo,
  type DType,
  gather,
  gatherND,
  IndexError,
  index,
  indexUpdate,
  memory,
  onesLike,
  scatterAdd,
  scatterND,
  segmentSum,
  sparseSoftmaxCrossEntropyWithLogits,
  stack,
  type Tensor,
  tensor,
  tidy,
} from '@tapegrad/core'
import type { Case, CaseFactory, Settings } from '../kit/case.ts'
import { compare, withoutSpecials } from '../kit/compare.ts'
import { compareMemory } from '../kit/compare-memory.ts'
import { usualTolerances, widen } from '../kit/op-spec.ts'
import { readArray } from '../kit/read-array.ts'
import { withHandles } from '../kit/with-handles.ts'
import { withoutOptions } from '../kit/without-options.ts'
import type { OracleArray } from '../oracle/array.ts'

/** Just below, just above, far away. */
const badIndices = [-1, 3, 2 ** 30, -(2 ** 31)]

interface Attempt {
  readonly name: string
  readonly run: (x: Tensor, indices: Tensor) => Tensor
  /** What comes of an index out of range in place 1 where nothing is checked. */
  readonly unchecked: (dtype: DType) => OracleArray
}

/** Of the second row, where a position before the first or after the last lies in another row. */
const inSecondRow = (indices: Tensor): Tensor => stack([onesLike(indices), indices], { axis: 1 })

const attempts: readonly Attempt[] = [
  {
    name: 'gatherND',
    run: (x, indices) => tidy(() => gatherND(broadcastTo(x, [3, 3]), inSecondRow(indices))),
    unchecked: (dtype) => ({ shape: [3], dtype, values: [7, dtype === 'float32' ? Number.NaN : 0, 9] }),
  },
  {
    name: 'scatterND',
    run: (x, indices) => tidy(() => scatterND(inSecondRow(indices), x, [3, 3])),
    unchecked: (dtype) => ({ shape: [3, 3], dtype, values: [0, 0, 0, 7, 0, 9, 0, 0, 0] }),
  },
  {
    name: 'segmentSum',
    run: (x, indices) => segmentSum(x, indices, 3),
    unchecked: (dtype) => ({ shape: [3], dtype, values: [7, 0, 9] }),
  },
  {
    name: 'index',
    run: (x, indices) => tidy(() => index(broadcastTo(x, [3, 3]), [onesLike(indices), indices])),
    unchecked: (dtype) => ({ shape: [3], dtype, values: [7, dtype === 'float32' ? Number.NaN : 0, 9] }),
  },
  {
    name: 'indexUpdate',
    run: (x, indices) => tidy(() => indexUpdate(broadcastTo(x, [3, 3]), [onesLike(indices), indices], 1)),
    unchecked: (dtype) => ({ shape: [3, 3], dtype, values: [7, 8, 9, 1, 8, 1, 7, 8, 9] }),
  },
  {
    name: 'gather',
    run: (x, indices) => gather(x, indices),
    unchecked: (dtype) => ({ shape: [3], dtype, values: [7, dtype === 'float32' ? Number.NaN : 0, 9] }),
  },
  {
    name: 'scatterAdd',
    run: (x, indices) => scatterAdd(x, indices, x),
    unchecked: (dtype) => ({ shape: [3], dtype, values: [14, 8, 18] }),
  },
  {
    name: 'sparseSoftmaxCrossEntropyWithLogits',
    run: (x, indices) => tidy(() => sparseSoftmaxCrossEntropyWithLogits(broadcastTo(x, [3, 3]), indices)),
    unchecked: () => {
      const normalizer = Math.log(Math.exp(-2) + Math.exp(-1) + 1)
      return { shape: [3], dtype: 'float32', values: [2 + normalizer, Number.NaN, normalizer] }
    },
  },
]

/** What indices out of range do: an error where the backend says that it checks them, else something harmless. */
export const outOfRangeCases = (): readonly CaseFactory[] =>
  attempts.map((attempt) => (settings): Case => {
    const name = `${attempt.name} of indices out of range`
    return {
      name,
      group: 'indexing',
      run: async (backend) => {
        for (const candidate of [backend, withoutOptions(backend)]) {
          for (const dtype of ['float32', 'int32'] as const) {
            for (const index of badIndices)
              await checkAttempt(name, attempt, candidate, dtype, index, settings)
          }
        }
      },
    }
  })

async function checkAttempt(
  name: string,
  { run, unchecked }: Attempt,
  backend: Backend,
  dtype: DType,
  index: number,
  settings: Settings,
): Promise<void> {
  const before = memory()
  await withHandles(async (own) => {
    const x = own(tensor([7, 8, 9], { dtype, backend }))
    const indices = own(tensor([0, index, 2], { dtype: 'int32', backend }))
    if (!backend.caps.checksIndices) {
      const expected = unchecked(dtype)
      const received = await readArray(own(run(x, indices)))
      const result = backend.caps.specialValues ? received : withoutSpecials(received, expected)
      compare(`${name} ${index}`, result, expected, widen(usualTolerances, settings))
      return
    }
    try {
      // Devices may notice only when the result is read.
      await own(run(x, indices)).data()
    } catch (error) {
      if (error instanceof IndexError) return
      throw new Error(`${name}: index ${index} of 3 throws ${String(error)}, expected is an IndexError`, {
        cause: error,
      })
    }
    throw new Error(
      `${name}: index ${index} of 3 is accepted, though the backend says that it checks indices`,
    )
  })
  compareMemory(before)
}
