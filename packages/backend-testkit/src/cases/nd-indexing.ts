import {
  ellipsis,
  gatherND,
  type IndexEntry,
  index,
  indexUpdate,
  newAxis,
  scatterND,
  segmentSum,
  type Tensor,
  take,
} from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import { summableSpecials } from '../generators/numbers.ts'
import { makePlan, plans, type TensorPlan } from '../generators/plans.ts'
import { shapes } from '../generators/shapes.ts'
import type { CaseFactory } from '../kit/case.ts'
import { opCase } from '../kit/op-case.ts'
import { type Call, type CallOptions, exactTolerances, sumTolerances } from '../kit/op-spec.ts'
import { elementCount } from '../oracle/array.ts'
import { gather } from '../oracle/indexing.ts'
import { reshape } from '../oracle/movement.ts'
import * as oracle from '../oracle/nd-indexing.ts'
import { drawing, otherDType, sizeFor } from './inputs.ts'

/** An int32 or uint8 tensor of positions, each below its own bound. */
function positions(
  { dtypes }: CallOptions,
  shape: readonly number[],
  bounds: (i: number) => number,
): Arbitrary<TensorPlan> {
  const integers = dtypes.filter((dtype) => dtype === 'int32' || dtype === 'uint8')
  const count = elementCount(shape)
  return fc
    .tuple(fc.constantFrom(...integers), fc.array(fc.nat(999), { minLength: count, maxLength: count }))
    .map(([dtype, numbers]) => makePlan({ shape, dtype, values: numbers.map((n, i) => n % bounds(i)) }))
}

const source = (options: CallOptions, minRank: number): Arbitrary<number[]> =>
  shapes(sizeFor(options, { minRank, maxRank: 4, maxSize: 40, empty: false }))

const outerShapes = fc.constantFrom<number[][]>([], [1], [3], [2, 2], [0])

/** Shapes of a tensor and of multi-indices into it. */
function multiIndices(
  options: CallOptions,
): Arbitrary<{ shape: number[]; outer: number[]; named: number; indices: TensorPlan }> {
  return fc.tuple(source(options, 0), outerShapes).chain(([shape, outer]) =>
    fc.nat(shape.length).chain((named) =>
      positions(options, [...outer, named], (i) => shape[i % named]!).map((indices) => ({
        shape,
        outer,
        named,
        indices,
      })),
    ),
  )
}

const summed = { special: summableSpecials }

function gatherCalls(options: CallOptions): Arbitrary<Call<undefined>> {
  return multiIndices(options).chain(({ shape, indices }) =>
    plans(shape, options.dtype, drawing(options)).map((x) => ({
      inputs: [x, indices],
      attributes: undefined,
    })),
  )
}

function scatterCalls(options: CallOptions): Arbitrary<Call<readonly number[]>> {
  return multiIndices(options).chain(({ shape, outer, named, indices }) =>
    plans([...outer, ...shape.slice(named)], options.dtype, drawing(options, summed)).map((updates) => ({
      inputs: [updates, indices],
      attributes: shape,
    })),
  )
}

function segmentCalls(options: CallOptions): Arbitrary<Call<number>> {
  return fc.tuple(source(options, 1), fc.integer({ min: 1, max: 4 })).chain(([shape, count]) =>
    fc
      .integer({ min: 1, max: shape.length })
      .chain((named) =>
        fc.tuple(
          plans(shape, options.dtype, drawing(options, summed)),
          positions(options, shape.slice(0, named), () => count),
        ),
      )
      .map((inputs) => ({ inputs, attributes: count })),
  )
}

function takeCalls(options: CallOptions): Arbitrary<Call<undefined>> {
  return fc.tuple(source(options, 0), outerShapes).chain(([shape, outer]) =>
    fc
      .tuple(
        plans(shape, options.dtype, drawing(options)),
        positions(options, outer, () => elementCount(shape)),
      )
      .map((inputs) => ({ inputs, attributes: undefined })),
  )
}

interface IndexAttributes {
  readonly entries: readonly oracle.OracleEntry[]
}

type Entries = Arbitrary<IndexAttributes & { readonly tensors: readonly TensorPlan[] }>

/** Shapes that broadcast together. */
const tensorShapes: readonly (readonly number[])[] = [[3], [2, 1], [1], [], [2, 3]]

function entryFor(side: number): Arbitrary<oracle.OracleEntry> {
  const bound = fc.option(fc.integer({ min: -side - 1, max: side + 1 }))
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant<oracle.OracleEntry>({ kind: 'tensor', which: 0 }) },
    {
      weight: 1,
      arbitrary: fc
        .integer({ min: -side, max: side - 1 })
        .map((at): oracle.OracleEntry => ({ kind: 'position', at })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(bound, bound, fc.constantFrom(null, 1, 2, -1))
        .map((range): oracle.OracleEntry => ({ kind: 'range', range })),
    },
    { weight: 1, arbitrary: fc.constant<oracle.OracleEntry>({ kind: 'range', range: null }) },
  )
}

/** Entries for all axes, with new axes among them, and an ellipsis in place of some that are whole. */
function entriesFor(options: CallOptions, shape: readonly number[]): Entries {
  return fc
    .tuple(
      fc.tuple(...shape.map(entryFor)),
      fc.array(fc.nat(shape.length), { maxLength: 1 }),
      fc.option(fc.tuple(fc.nat(shape.length), fc.nat(2))),
    )
    .chain(([perAxis, added, rest]) => {
      const drawn = perAxis.map((entry, axis) => ({ entry, side: shape[axis]! }))
      const [first, count] = rest ?? [0, 0]
      const listed = drawn.filter((_, axis) => axis < first || axis >= first + count)
      const bounds: number[] = []
      const entries = listed.map(({ entry, side }): oracle.OracleEntry => {
        if (entry.kind !== 'tensor') return entry
        bounds.push(side)
        return { kind: 'tensor', which: bounds.length - 1 }
      })
      if (rest !== null) entries.splice(Math.min(first, entries.length), 0, { kind: 'ellipsis' })
      for (const place of added) entries.splice(Math.min(place, entries.length), 0, { kind: 'newAxis' })
      return fc
        .tuple(
          ...bounds.map((bound) =>
            fc
              .constantFrom(...tensorShapes)
              .chain((tensorShape) => positions(options, tensorShape, () => bound)),
          ),
        )
        .map((tensors) => ({ entries, tensors }))
    })
}

const boxes = (options: CallOptions): Arbitrary<number[]> =>
  fc.array(fc.constantFrom(1, 2, 3), { maxLength: options.purpose === 'gradient' ? 3 : 4 })

function indexCalls(options: CallOptions): Arbitrary<Call<IndexAttributes>> {
  return boxes(options).chain((shape) =>
    fc
      .tuple(plans(shape, options.dtype, drawing(options)), entriesFor(options, shape))
      .map(([x, { entries, tensors }]) => ({ inputs: [x, ...tensors], attributes: { entries } })),
  )
}

function updateCalls(options: CallOptions): Arbitrary<Call<IndexAttributes>> {
  return fc.tuple(boxes(options), otherDType(options)).chain(([shape, dtype]) =>
    entriesFor(options, shape).chain(({ entries, tensors }) => {
      const selected = oracle.selectedShape(
        shape,
        entries,
        tensors.map(({ array }) => array),
      )
      return fc
        .tuple(
          plans(shape, options.dtype, drawing(options)),
          fc.nat(selected.length).chain((dropped) => plans(selected.slice(dropped), dtype, drawing(options))),
        )
        .map(([x, values]) => ({ inputs: [x, values, ...tensors], attributes: { entries } }))
    }),
  )
}

function toCore(entries: readonly oracle.OracleEntry[], tensors: readonly Tensor[]): IndexEntry[] {
  return entries.map((entry) => {
    if (entry.kind === 'position') return entry.at
    if (entry.kind === 'range') return entry.range
    if (entry.kind === 'tensor') return tensors[entry.which]!
    return entry.kind === 'newAxis' ? newAxis : ellipsis
  })
}

export const ndIndexingCases = (): readonly CaseFactory[] => [
  opCase({
    name: 'gatherND',
    group: 'indexing',
    calls: gatherCalls,
    op: ([x, indices]) => gatherND(x!, indices!),
    oracle: ([x, indices]) => oracle.gatherND(x!, indices!),
    tolerances: exactTolerances,
    specialValues: 'signedZeros',
    differentiable: [0],
  }),
  opCase({
    name: 'scatterND',
    group: 'indexing',
    calls: scatterCalls,
    op: ([updates, indices], shape) => scatterND(indices!, updates!, shape),
    oracle: ([updates, indices], shape) => oracle.scatterND(indices!, updates!, shape),
    tolerances: sumTolerances,
    specialValues: 'values',
    differentiable: [0],
  }),
  opCase({
    name: 'segmentSum',
    group: 'indexing',
    calls: segmentCalls,
    op: ([x, ids], count) => segmentSum(x!, ids!, count),
    oracle: ([x, ids], count) => oracle.segmentSum(x!, ids!, count),
    tolerances: sumTolerances,
    specialValues: 'values',
    differentiable: [0],
  }),
  opCase({
    name: 'take',
    group: 'indexing',
    calls: takeCalls,
    op: ([x, indices]) => take(x!, indices!),
    oracle: ([x, indices]) => gather(reshape(x!, [-1]), indices!, 0),
    tolerances: exactTolerances,
    specialValues: 'signedZeros',
    differentiable: [0],
  }),
  opCase({
    name: 'index',
    group: 'indexing',
    calls: indexCalls,
    op: ([x, ...tensors], { entries }) => index(x!, toCore(entries, tensors)),
    oracle: ([x, ...tensors], { entries }) => oracle.index(x!, entries, tensors),
    tolerances: exactTolerances,
    specialValues: 'signedZeros',
    differentiable: [0],
  }),
  opCase({
    name: 'indexUpdate',
    group: 'indexing',
    calls: updateCalls,
    op: ([x, values, ...tensors], { entries }) => indexUpdate(x!, toCore(entries, tensors), values!),
    oracle: ([x, values, ...tensors], { entries }) => oracle.indexUpdate(x!, entries, tensors, values!),
    tolerances: exactTolerances,
    specialValues: 'signedZeros',
    differentiable: [0, 1],
  }),
]
