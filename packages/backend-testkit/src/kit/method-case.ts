import { type Backend, type Capabilities, type DType, tensor, type View } from '@tapegrad/core'
import type { Arbitrary } from 'fast-check'
import { drawValues, real } from '../generators/numbers.ts'
import type { TensorPlan } from '../generators/plans.ts'
import { elementCount, type OracleArray } from '../oracle/array.ts'
import type { Case, CaseFactory } from './case.ts'
import { checkProperty } from './check-property.ts'
import { compare, type Tolerances } from './compare.ts'
import { relativeTolerances, widen } from './op-spec.ts'
import { readArray } from './read-array.ts'
import { withHandles } from './with-handles.ts'
import { checkUnchanged, withTensors } from './with-tensors.ts'

/** One direct call of a method. */
export interface MethodCall<A> {
  readonly inputs: readonly TensorPlan[]
  readonly attributes: A
}

/** A method of the backend interface: how to call it, and what `out` holds then. */
export interface MethodSpec<A> {
  readonly name: string
  readonly skip?: (caps: Capabilities) => string | undefined
  readonly calls: (caps: Capabilities) => Arbitrary<MethodCall<A>>
  readonly call: (backend: Backend, inputs: readonly View[], attributes: A, out: View) => void
  readonly oracle: (inputs: readonly OracleArray[], attributes: A) => OracleArray
  readonly tolerances?: Tolerances
  /** How many inputs for each sample: one method stands for many functions and dtypes. Default: 8. */
  readonly runs?: number
}

/**
 * The case that calls a method as core does, on views of all kinds, and looks at everything around: what `out` held
 * before has no influence, inputs stay as they are, to the last element of their storages.
 */
export function methodCase<A>(spec: MethodSpec<A>): CaseFactory {
  return (settings): Case => ({
    name: spec.name,
    group: 'backend-methods',
    ...(spec.skip && { skip: spec.skip }),
    run: (backend) =>
      checkProperty(
        spec.name,
        spec.calls(backend.caps),
        (call) => checkCall(spec, call, backend, widen(spec.tolerances ?? relativeTolerances, settings)),
        settings,
        settings.samples * (spec.runs ?? 8),
      ),
  })
}

async function checkCall<A>(
  spec: MethodSpec<A>,
  { inputs: plans, attributes }: MethodCall<A>,
  backend: Backend,
  tolerances: Tolerances,
): Promise<void> {
  const expected = spec.oracle(
    plans.map(({ array }) => array),
    attributes,
  )
  await withTensors(plans, backend, attributes, async (inputs) => {
    const views = inputs.map(({ view }) => view)
    await withHandles(async (own) => {
      const out = own(stale(expected.shape, expected.dtype, backend))
      spec.call(backend, views, attributes, out)
      compare('out', await readArray(out), expected, tolerances)
    })
    await checkUnchanged(inputs, plans)
  })
}

/** An `out` with something in it that no method may take into account. */
function stale(shape: readonly number[], dtype: DType, backend: Backend): ReturnType<typeof tensor> {
  const values = drawValues(dtype, elementCount(shape), real, 99)
  return tensor(values, { shape, dtype, backend })
}
