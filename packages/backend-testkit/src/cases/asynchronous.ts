import {
  type Backend,
  booleanMask,
  type DType,
  dtypes,
  GradientTape,
  memory,
  nonzero,
  sum,
  type Tensor,
  unique,
} from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import { type Domain, grid, summableSpecials } from '../generators/numbers.ts'
import { plans } from '../generators/plans.ts'
import { shapes } from '../generators/shapes.ts'
import type { Case, CaseFactory } from '../kit/case.ts'
import { checkProperty } from '../kit/check-property.ts'
import { compare } from '../kit/compare.ts'
import { compareMemory } from '../kit/compare-memory.ts'
import { type Call, exactTolerances } from '../kit/op-spec.ts'
import { readArray } from '../kit/read-array.ts'
import { withHandles } from '../kit/with-handles.ts'
import { checkUnchanged, withTensors } from '../kit/with-tensors.ts'
import { withoutOptions } from '../kit/without-options.ts'
import { isFloatType, type OracleArray } from '../oracle/array.ts'
import * as oracle from '../oracle/asynchronous.ts'

/** An op that reads values: its results come later. */
interface AsynchronousSpec<A> {
  readonly name: string
  /** How many orders of gradients are compared. */
  readonly gradients: 0 | 1
  readonly calls: (dtype: DType, domain: Domain) => Arbitrary<Call<A>>
  readonly op: (inputs: readonly Tensor[], attributes: A) => Promise<readonly Tensor[]>
  readonly oracle: (inputs: readonly OracleArray[], attributes: A) => readonly OracleArray[]
}

function asynchronous<A>(spec: AsynchronousSpec<A>): CaseFactory {
  return (settings): Case => ({
    name: spec.name,
    group: 'indexing',
    report: async ({ caps }) => ({
      dtypes: dtypes.filter((dtype) => caps.dtypes.has(dtype)),
      gradients: spec.gradients,
      fused: [],
    }),
    run: async (backend) => {
      for (const dtype of dtypes.filter((candidate) => backend.caps.dtypes.has(candidate))) {
        const hasSpecials = isFloatType(dtype) && backend.caps.specialValues
        const domain = hasSpecials ? summableSpecials : grid(-2, 2, 1)
        await checkProperty(
          `${spec.name} of ${dtype}`,
          spec.calls(dtype, domain),
          async (call) => {
            for (const candidate of [backend, withoutOptions(backend)]) await check(spec, call, candidate)
          },
          settings,
        )
      }
    },
  })
}

function check<A>(spec: AsynchronousSpec<A>, call: Call<A>, backend: Backend): Promise<void> {
  return withTensors(call.inputs, backend, call.attributes, async (inputs) => {
    const before = memory()
    const views = inputs.map(({ view }) => view)
    await withHandles(async (own) => {
      const results = (await spec.op(views, call.attributes)).map(own)
      const expected = spec.oracle(
        call.inputs.map(({ array }) => array),
        call.attributes,
      )
      for (const [i, array] of expected.entries())
        compare(`result ${i}`, await readArray(results[i]!), array, exactTolerances)
    })
    compareMemory(before)
    await checkUnchanged(inputs, call.inputs)
  })
}

const some = { maxRank: 4, maxSize: 40 }

interface MaskAttributes {
  readonly axis: number
}

function maskCalls(dtype: DType, domain: Domain): Arbitrary<Call<MaskAttributes>> {
  return shapes({ ...some, minRank: 1 }).chain((shape) =>
    fc.nat(shape.length - 1).chain((axis) =>
      fc
        .integer({ min: axis + 1, max: shape.length })
        .chain((end) => fc.tuple(plans(shape, dtype, { domain }), plans(shape.slice(axis, end), 'bool')))
        .map((inputs) => ({ inputs, attributes: { axis } })),
    ),
  )
}

/** The masked elements, and their gradient where there is one: ones where they come from. */
async function masked(x: Tensor, mask: Tensor, options: MaskAttributes): Promise<readonly Tensor[]> {
  if (!isFloatType(x.dtype)) return [await booleanMask(x, mask, options)]
  using tape = new GradientTape({ watchVariables: false })
  tape.watch(x)
  const taken = await booleanMask(x, mask, options)
  return withHandles(async (own) => {
    const total = own(sum(taken))
    return [taken, tape.gradient(total, x)]
  })
}

interface UniqueAttributes {
  readonly axis: number | undefined
}

function uniqueCalls(dtype: DType, domain: Domain): Arbitrary<Call<UniqueAttributes>> {
  return shapes(some).chain((shape) =>
    fc
      .tuple(
        plans(shape, dtype, { domain }),
        shape.length === 0 ? fc.constant(null) : fc.option(fc.nat(shape.length - 1)),
      )
      .map(([x, axis]) => ({ inputs: [x], attributes: { axis: axis ?? undefined } })),
  )
}

async function everythingUnique(x: Tensor, { axis }: UniqueAttributes): Promise<readonly Tensor[]> {
  const { values, index, inverse, counts } = await unique(x, {
    ...(axis !== undefined && { axis }),
    returnIndex: true,
    returnInverse: true,
    returnCounts: true,
  })
  return [values, index, inverse, counts]
}

export const asynchronousCases = (): readonly CaseFactory[] => [
  asynchronous({
    name: 'nonzero',
    gradients: 0,
    calls: (dtype, domain) =>
      shapes(some)
        .chain((shape) => plans(shape, dtype, { domain }))
        .map((x) => ({ inputs: [x], attributes: undefined })),
    op: async ([x]) => [await nonzero(x!)],
    oracle: ([x]) => [oracle.nonzero(x!)],
  }),
  asynchronous({
    name: 'booleanMask',
    gradients: 1,
    calls: maskCalls,
    op: ([x, mask], attributes) => masked(x!, mask!, attributes),
    oracle: ([x, mask], { axis }) =>
      oracle.booleanMask(x!, mask!, axis).slice(0, isFloatType(x!.dtype) ? 2 : 1),
  }),
  asynchronous({
    name: 'unique',
    gradients: 0,
    calls: uniqueCalls,
    op: ([x], attributes) => everythingUnique(x!, attributes),
    oracle: ([x], { axis }) => oracle.unique(x!, axis),
  }),
]
