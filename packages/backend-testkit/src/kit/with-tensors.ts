import type { Backend } from '@tapegrad/core'
import { type PlannedTensor, realize, type TensorPlan } from '../generators/plans.ts'
import { compare } from './compare.ts'
import { describeCall } from './describe.ts'
import { exactTolerances } from './op-spec.ts'
import { readArray } from './read-array.ts'

/** Runs a check with planned tensors, which are disposed at the end; where it throws, the error also shows them. */
export async function withTensors<T>(
  plans: readonly TensorPlan[],
  backend: Backend,
  attributes: unknown,
  check: (tensors: readonly PlannedTensor[]) => Promise<T>,
): Promise<T> {
  const tensors = plans.map((plan) => realize(plan, backend))
  try {
    return await check(tensors)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const shown = describeCall(
      backend,
      tensors.map(({ view }) => view),
      attributes,
    )
    throw new Error(`${message}\n  ${shown}`, { cause: error })
  } finally {
    for (const { view, base } of tensors) {
      view.dispose()
      base.dispose()
    }
  }
}

/** Throws where a storage behind an input holds something else than before. */
export async function checkUnchanged(
  inputs: readonly PlannedTensor[],
  plans: readonly TensorPlan[],
): Promise<void> {
  for (const [i, { base }] of inputs.entries()) {
    compare(`input ${i} after the call`, await readArray(base), plans[i]!.base, exactTolerances, true)
  }
}
