import {
  add,
  type Backend,
  checkGradients,
  grad,
  memory,
  mul,
  sum,
  type Tensor,
  tensor,
} from '@tapegrad/core'
import { drawValues, real } from '../generators/numbers.ts'
import { makePlan, type PlannedTensor } from '../generators/plans.ts'
import { elementCount, type OracleArray } from '../oracle/array.ts'
import type { Settings } from './case.ts'
import { compare, type Tolerances } from './compare.ts'
import { compareMemory } from './compare-memory.ts'
import { type Call, exactTolerances, type OpSpec, widen } from './op-spec.ts'
import { readArray } from './read-array.ts'
import { withTensors } from './with-tensors.ts'

/** Sums have rounding errors of their own: gradients are compared with more room than values. */
const gradientTolerances: Tolerances = {
  float32: { absolute: 2e-4, relative: 2e-4 },
  float64: { absolute: 2e-4, relative: 2e-4 },
}

/** Throws where the first or second gradient of an op differs from finite differences, or from itself, in float64. */
export async function checkAgainstDifferences<A>(
  spec: OpSpec<A>,
  call: Call<A>,
  backend: Backend,
): Promise<void> {
  await withTensors(call.inputs, backend, call.attributes, async (inputs) => {
    const before = memory()
    const views = viewsOf(inputs)
    const { f, variables } = asFunction(spec, call, views)
    await checkGradients(f, variables, { order: 2, directions: 2 })
    if (backend.caps.deterministic) {
      const first = await gradients(spec, call, views)
      const again = await gradients(spec, call, views)
      again.forEach((array, i) => compare('a gradient, computed again,', array, first[i]!, exactTolerances))
    }
    compareMemory(before)
  })
}

/** Throws where gradients in float32 differ from those of another backend in float64. */
export async function checkAgainstBackend<A>(
  spec: OpSpec<A>,
  call: Call<A>,
  backend: Backend,
  reference: Backend,
  settings: Settings,
): Promise<void> {
  const { float32 } = widen(gradientTolerances, settings)
  const tolerances = { float32, float64: float32 }
  const inDoubles = call.inputs.map(({ base, steps }) =>
    makePlan(base.dtype === 'float32' ? { ...base, dtype: 'float64' } : base, steps),
  )
  const expected = await withTensors(inDoubles, reference, call.attributes, (inputs) =>
    gradients(spec, call, viewsOf(inputs)),
  )
  await withTensors(call.inputs, backend, call.attributes, async (inputs) => {
    const before = memory()
    const views = viewsOf(inputs)
    const received = await gradients(spec, call, views)
    compareMemory(before)
    received.forEach((array, i) => {
      const half = received.length / 2
      const position = differentiable(spec, views.length)[i % half]
      const what = `the ${i < half ? 'gradient' : 'second gradient'} of input ${position}`
      compare(what, { ...array, dtype: 'float64' }, expected[i]!, tolerances)
    })
  })
}

/** The gradients of Σ w · f(x), and those of Σ v · gradient. */
export async function gradients<A>(
  spec: OpSpec<A>,
  call: Call<A>,
  views: readonly Tensor[],
): Promise<OracleArray[]> {
  const { f, variables } = asFunction(spec, call, views)
  const loss = (...xs: Tensor[]): Tensor => weigh(f(...xs), 11)
  const slope = (...xs: Tensor[]): Tensor =>
    asList(grad(loss)(...xs))
      .map((g, i) => weigh(g, 101 + i))
      .reduce((a, b) => add(a, b))
  const results = [...asList(grad(loss)(...variables)), ...asList(grad(slope)(...variables))]
  try {
    return await Promise.all(results.map(readArray))
  } finally {
    for (const g of results) g.dispose()
  }
}

/** Σ w · y for weights that are the same on every backend. */
function weigh(y: Tensor, seed: number): Tensor {
  const values = drawValues(y.dtype, elementCount(y.shape), real, seed)
  const weights = tensor(values, { shape: y.shape, dtype: y.dtype, backend: y.storage.backend })
  const weighted = sum(mul(y, weights))
  weights.dispose()
  return weighted
}

/** The op as a function of the inputs that have gradients; several results are weighed and added. */
function asFunction<A>(
  spec: OpSpec<A>,
  call: Call<A>,
  views: readonly Tensor[],
): { f: (...xs: Tensor[]) => Tensor; variables: Tensor[] } {
  const positions = differentiable(spec, views.length)
  const f = (...xs: Tensor[]): Tensor => {
    const inputs = views.map((view, i) => (positions.includes(i) ? xs[positions.indexOf(i)]! : view))
    const result = spec.op(inputs, call.attributes)
    if ('storage' in result) return result
    return result.map((y, i) => weigh(y, 7 + i)).reduce((a, b) => add(a, b))
  }
  return { f, variables: positions.map((i) => views[i]!) }
}

function differentiable<A>(spec: OpSpec<A>, count: number): readonly number[] {
  const positions = Array.from({ length: count }, (_, i) => i)
  const { differentiable: having = [] } = spec
  return having === 'all' ? positions : positions.filter((i) => having.includes(i))
}

const viewsOf = (inputs: readonly PlannedTensor[]): readonly Tensor[] => inputs.map(({ view }) => view)

function asList(grads: Tensor | readonly Tensor[]): readonly Tensor[] {
  return 'storage' in grads ? [grads] : grads
}
