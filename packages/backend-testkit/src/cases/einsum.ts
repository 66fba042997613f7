import { type DType, einsum } from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import { between, type Domain } from '../generators/numbers.ts'
import { plans } from '../generators/plans.ts'
import type { CaseFactory } from '../kit/case.ts'
import { opCase } from '../kit/op-case.ts'
import { type Call, type CallOptions, sumTolerances } from '../kit/op-spec.ts'
import { type Labels, einsum as oracleEinsum } from '../oracle/einsum.ts'
import { drawing } from './inputs.ts'

interface Attributes extends Labels {
  readonly equation: string
}

/** Sums of products of a few stay small integers. */
const factors: Domain = /* @__PURE__ */ between(-2, 2)

const letters = ['i', 'j', 'k', 'l'] as const
/** What an ellipsis stands for. */
const further = ['A', 'B'] as const

/** An operand's letters, repeated ones too, how many axes its ellipsis has, and where that lies. */
interface Drawn {
  readonly own: readonly string[]
  readonly further: number
  readonly at: number
}

function operand(mostAxes: number, hasEllipsis: boolean): Arbitrary<Drawn> {
  return fc.record({
    own: fc.array(fc.constantFrom(...letters), { maxLength: mostAxes }),
    further: hasEllipsis ? fc.nat(further.length) : fc.constant(0),
    at: fc.nat(mostAxes),
  })
}

function labelsOf({ own, further: count, at }: Drawn): string {
  return [...own.slice(0, at), ...further.slice(further.length - count), ...own.slice(at)].join('')
}

function attributesOf(
  drawn: readonly Drawn[],
  hasEllipsis: boolean,
  kept: readonly string[],
  isImplied: boolean,
): Attributes {
  const inputs = drawn.map(labelsOf)
  const terms = drawn.map(({ own, at }) =>
    hasEllipsis ? `${own.slice(0, at).join('')}...${own.slice(at).join('')}` : own.join(''),
  )
  const used = drawn.flatMap(({ own }) => own)
  const most = Math.max(...drawn.map((entry) => entry.further))
  const broadcast = further.slice(further.length - most).join('')
  const once = used.filter((letter) => used.indexOf(letter) === used.lastIndexOf(letter)).sort()
  const chosen = isImplied ? once : kept.filter((letter) => used.includes(letter))
  const output = `${broadcast}${chosen.join('')}`
  const stated = isImplied ? '' : `->${hasEllipsis ? '...' : ''}${chosen.join('')}`
  return { equation: `${terms.join(',')}${stated}`, inputs, output }
}

/** Sizes for all names, and some axes of size 1 instead where a name is on an operand once. */
function shapesOf(options: CallOptions, { inputs }: Labels): Arbitrary<number[][]> {
  const side = options.purpose === 'gradient' ? fc.constantFrom(1, 2) : fc.constantFrom(1, 2, 2, 3, 3, 0)
  const names: readonly string[] = [...letters, ...further]
  return fc
    .tuple(
      fc.array(side, { minLength: names.length, maxLength: names.length }),
      fc.array(fc.nat(7), { minLength: 20, maxLength: 20 }),
    )
    .map(([sizes, chances]) =>
      inputs.map((labels, i) =>
        [...labels].map((name, axis) => {
          const isAlone = labels.indexOf(name) === labels.lastIndexOf(name)
          return isAlone && chances[i * 5 + axis] === 0 ? 1 : sizes[names.indexOf(name)]!
        }),
      ),
    )
}

function calls(options: CallOptions): Arbitrary<Call<Attributes>> {
  const mostAxes = options.purpose === 'gradient' ? 2 : 3
  return fc
    .tuple(fc.boolean(), fc.boolean(), fc.shuffledSubarray([...letters]), fc.integer({ min: 1, max: 4 }))
    .chain(([hasEllipsis, isImplied, kept, count]) =>
      fc
        .array(operand(mostAxes, hasEllipsis), { minLength: count, maxLength: count })
        .map((drawn) => attributesOf(drawn, hasEllipsis, kept, isImplied)),
    )
    .chain((attributes) =>
      fc
        .tuple(shapesOf(options, attributes), fc.constantFrom(...otherTypes(options)))
        .chain(([shapes, other]) =>
          fc.tuple(
            ...shapes.map((shape, i) =>
              plans(shape, i === 1 ? other : options.dtype, drawing(options, { values: factors })),
            ),
          ),
        )
        .map((inputs) => ({ inputs, attributes })),
    )
}

/** The second operand may have another dtype, unless gradients are compared. */
function otherTypes({ purpose, dtype, dtypes }: CallOptions): readonly DType[] {
  return purpose === 'gradient' ? [dtype] : [dtype, ...dtypes]
}

export const einsumCases = (): readonly CaseFactory[] => [
  opCase({
    name: 'einsum',
    group: 'matmul',
    calls,
    op: (inputs, { equation }) => einsum(equation, ...inputs),
    oracle: oracleEinsum,
    tolerances: sumTolerances,
    differentiable: 'all',
  }),
]
