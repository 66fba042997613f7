import { type Backend, type Capabilities, type DType, dtypes, type View } from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import { between, manyMagnitudes, mixture, real } from '../generators/numbers.ts'
import { layouts, makePlan, plans, type TensorPlan } from '../generators/plans.ts'
import type { Case, CaseFactory, Settings } from '../kit/case.ts'
import { checkProperty } from '../kit/check-property.ts'
import { compare } from '../kit/compare.ts'
import { exactTolerances } from '../kit/op-spec.ts'
import { readArray } from '../kit/read-array.ts'
import { checkUnchanged, withTensors } from '../kit/with-tensors.ts'
import { type OracleArray, store } from '../oracle/array.ts'
import { methodShapes } from './views.ts'

/** What the whole storage holds after the elements of a view were replaced. */
function replaced({ base, steps }: TensorPlan, values: readonly number[]): OracleArray {
  // Shown through the same steps, the positions of all elements are those that the view has.
  const positions = makePlan(
    { shape: base.shape, dtype: 'float64', values: base.values.map((_, i) => i) },
    steps,
  ).array.values
  const after = [...base.values]
  positions.forEach((position, i) => {
    after[position] = store(values[i]!, base.dtype)
  })
  return { ...base, values: after }
}

/** Views to be written: anything without repeated elements. */
function regions(shape: readonly number[], dtype: DType): Arbitrary<TensorPlan> {
  return plans(shape, dtype, { layouts: layouts.filter((layout) => layout !== 'broadcast') })
}

const anyType = (caps: Capabilities): Arbitrary<DType> =>
  fc.constantFrom(...dtypes.filter((dtype) => caps.dtypes.has(dtype)))

interface RegionCall {
  readonly out: TensorPlan
  readonly inputs: readonly TensorPlan[]
  readonly values: readonly number[]
  readonly run: (backend: Backend, inputs: readonly View[], out: View) => void
}

function fillCalls(caps: Capabilities): Arbitrary<RegionCall> {
  return fc
    .tuple(methodShapes(caps), anyType(caps))
    .chain(([shape, dtype]) => fc.tuple(regions(shape, dtype), fillValue(caps, dtype)))
    .map(([out, value]) => ({
      out,
      inputs: [],
      values: out.array.values.map(() => value),
      run: (backend, _inputs, view) => backend.fill(view, value),
    }))
}

function fillValue({ specialValues }: Capabilities, dtype: DType): Arbitrary<number> {
  if (dtype === 'bool') return fc.constantFrom(0, 1)
  if (dtype === 'uint8') return fc.constantFrom(0, 3, 255)
  if (dtype === 'int32') return fc.constantFrom(0, 3, -5)
  return fc.constantFrom(0, 0.5, -3, ...(specialValues ? [-0, Number.NaN, Infinity] : []))
}

/** Copies between all pairs of dtypes, from and to views of all kinds; what is too large for integers wraps. */
function copyCalls(caps: Capabilities): Arbitrary<RegionCall> {
  const most = caps.maxInt === 2 ** 31 - 1 ? 2 ** 34 : caps.maxInt
  const domain = mixture(real, between(-300, 300), manyMagnitudes(1, most))
  return fc
    .tuple(methodShapes(caps), anyType(caps), anyType(caps))
    .chain(([shape, from, to]) => fc.tuple(plans(shape, from, { domain }), regions(shape, to)))
    .map(([x, out]) => ({
      out,
      inputs: [x],
      values: x.array.values,
      run: (backend, [view], target) => backend.copy(view!, target),
    }))
}

function regionCase(name: string, calls: (caps: Capabilities) => Arbitrary<RegionCall>): CaseFactory {
  return (settings: Settings): Case => ({
    name,
    group: 'backend-methods',
    run: (backend) =>
      checkProperty(
        name,
        calls(backend.caps),
        (call) => checkRegion(call, backend),
        settings,
        settings.samples * 8,
      ),
  })
}

async function checkRegion({ out, inputs: plans, values, run }: RegionCall, backend: Backend): Promise<void> {
  // In messages the last input is the region that is written.
  await withTensors([...plans, out], backend, undefined, async (tensors) => {
    const inputs = tensors.slice(0, -1)
    const target = tensors.at(-1)!
    run(
      backend,
      inputs.map(({ view }) => view),
      target.view,
    )
    compare('the storage of out', await readArray(target.base), replaced(out, values), exactTolerances, true)
    await checkUnchanged(inputs, plans)
  })
}

export const regionMethodCases = (): readonly CaseFactory[] => [
  regionCase('backend.fill', fillCalls),
  regionCase('backend.copy', copyCalls),
]
