import { type Backend, gather, IndexError, scatterAdd, type Tensor, tensor } from '@tapegrad/core'
import type { Case, CaseFactory } from '../kit/case.ts'
import { readArray } from '../kit/check-forward.ts'
import { compare } from '../kit/compare.ts'
import { exactTolerances } from '../kit/op-spec.ts'
import { withHandles } from '../kit/with-handles.ts'

/** Just below, just above, far away. */
const badIndices = [-1, 3, 2 ** 30, -(2 ** 31)]

interface Attempt {
  readonly name: string
  readonly run: (x: Tensor, indices: Tensor) => Tensor
  /** What comes of an index out of range in place 1 where nothing is checked, for floats and integers. */
  readonly unchecked: (index: number, isFloat: boolean) => readonly number[]
}

const attempts: readonly Attempt[] = [
  {
    name: 'gather',
    run: (x, indices) => gather(x, indices),
    unchecked: (_, isFloat) => [7, isFloat ? Number.NaN : 0, 9],
  },
  { name: 'scatterAdd', run: (x, indices) => scatterAdd(x, indices, x), unchecked: () => [14, 8, 18] },
]

/** What indices out of range do: an error where the backend says that it checks them, else something harmless. */
export const outOfRangeCases = (): readonly CaseFactory[] =>
  attempts.map((attempt) => (): Case => {
    const name = `${attempt.name} of indices out of range`
    return {
      name,
      group: 'indexing',
      run: async (backend) => {
        for (const dtype of ['float32', 'int32'] as const) {
          for (const index of badIndices) await checkAttempt(name, attempt, backend, dtype, index)
        }
      },
    }
  })

async function checkAttempt(
  name: string,
  { run, unchecked }: Attempt,
  backend: Backend,
  dtype: 'float32' | 'int32',
  index: number,
): Promise<void> {
  await withHandles(async (own) => {
    const x = own(tensor([7, 8, 9], { dtype, backend }))
    const indices = own(tensor([0, index, 2], { dtype: 'int32', backend }))
    if (!backend.caps.checksIndices) {
      const values = unchecked(index, dtype === 'float32')
      compare(
        `${name} ${index}`,
        await readArray(own(run(x, indices))),
        { shape: [3], dtype, values },
        exactTolerances,
      )
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
}
