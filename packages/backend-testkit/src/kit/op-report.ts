import {
  type Backend,
  type DType,
  isFloat,
  optionalBinaryOps,
  optionalUnaryOps,
  type Tensor,
} from '@tapegrad/core'
import { profile } from '@tapegrad/core/profiler'
import fc from 'fast-check'
import type { OpReport } from './case.ts'
import { gradients } from './check-gradients.ts'
import { seedFor } from './check-property.ts'
import { callOptions, dtypesOf, type OpSpec, type Purpose } from './op-spec.ts'
import { withTensors } from './with-tensors.ts'

/** Kernels may only be there for some shapes: a few calls find them. */
const callsToWatch = 4

/** What a profiler calls the functions that a backend need not have. */
const optional = new Set([
  ...optionalUnaryOps.map((op) => `unary ${op}`),
  ...optionalBinaryOps.map((op) => `binary ${op}`),
])

/** Tells what the case of an op compares on a backend, and what of the backend's own it uses. */
export async function reportOn<A>(spec: OpSpec<A>, backend: Backend): Promise<OpReport> {
  const dtypes = dtypesOf(spec, backend)
  const isDifferentiable = spec.differentiable !== undefined
  const watched = profile(backend)
  for (const dtype of watchedDTypes(dtypes)) {
    await watch(spec, watched, dtype, 'values', async (inputs, attributes) => {
      const results = [spec.op(inputs, attributes)].flat()
      await Promise.all(results.map((x) => x.data()))
      for (const x of results) x.dispose()
    })
  }
  if (isDifferentiable) {
    await watch(spec, watched, 'float32', 'gradient', async (inputs, attributes) => {
      await gradients(spec, { inputs: [], attributes }, inputs)
    })
  }
  const fused = watched
    .rows()
    .map(({ name }) => name)
    .filter((name) => name.startsWith('kernel ') || optional.has(name))
    .map((name) => name.slice(name.indexOf(' ') + 1))
  return { dtypes, gradients: isDifferentiable ? 2 : 0, fused: [...new Set(fused)].sort() }
}

/** A float type and another one: kernels are for floats, or for integers. */
function watchedDTypes(dtypes: readonly DType[]): readonly DType[] {
  return [dtypes.find(isFloat), dtypes.find((dtype) => dtype === 'int32')].filter(
    (dtype) => dtype !== undefined,
  )
}

async function watch<A>(
  spec: OpSpec<A>,
  backend: Backend,
  dtype: DType,
  purpose: Purpose,
  call: (inputs: readonly Tensor[], attributes: A) => Promise<void>,
): Promise<void> {
  const calls = fc.sample(spec.calls(callOptions(backend, dtype, purpose)), {
    numRuns: callsToWatch,
    seed: seedFor(1, spec.name),
  })
  for (const { inputs, attributes } of calls) {
    await withTensors(inputs, backend, attributes, (tensors) =>
      call(
        tensors.map(({ view }) => view),
        attributes,
      ),
    )
  }
}
