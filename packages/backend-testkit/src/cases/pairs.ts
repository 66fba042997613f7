import fc, { type Arbitrary } from 'fast-check'
import type { Call, CallOptions } from '../kit/op-spec.ts'
import { broadcastPair, type Domains, oneInput } from './inputs.ts'

/** Where a number stands in for one of the tensors. */
export interface NumberAttributes {
  readonly left?: number
  readonly right?: number
}

interface Sides {
  readonly left: readonly number[]
  readonly right: readonly number[]
}

/** The numbers that stand on each side, for each purpose. */
export interface Numbers {
  readonly values: Sides
  readonly gradient: Sides
}

/** The same numbers on both sides, for every purpose. */
export function anywhere(...numbers: readonly number[]): Numbers {
  const sides = { left: numbers, right: numbers }
  return { values: sides, gradient: sides }
}

/** Two tensors of shapes that broadcast, or one and a number on either side. */
export function pairOrNumber(
  options: CallOptions,
  a: Domains,
  b: Domains,
  numbers: Numbers,
): Arbitrary<Call<NumberAttributes>> {
  const chosen = numbers[options.purpose === 'gradient' ? 'gradient' : 'values']
  const allowed = (weak: readonly number[]): Arbitrary<number> =>
    fc.constantFrom(...(options.dtype === 'uint8' ? weak.filter((n) => n >= 0) : weak))
  const oneWith = (domains: Domains, attributes: Arbitrary<NumberAttributes>) =>
    fc
      .tuple(oneInput(options, domains), attributes)
      .map(([{ inputs }, given]) => ({ inputs, attributes: given }))
  return fc.oneof(
    { weight: 3, arbitrary: broadcastPair(options, a, b).map((inputs) => ({ inputs, attributes: {} })) },
    {
      weight: 1,
      arbitrary: oneWith(
        a,
        allowed(chosen.right).map((right) => ({ right })),
      ),
    },
    {
      weight: 1,
      arbitrary: oneWith(
        b,
        allowed(chosen.left).map((left) => ({ left })),
      ),
    },
  )
}

/** The two arguments from the tensors and the number. */
export function pairOf<T>(inputs: readonly T[], { left, right }: NumberAttributes): [T | number, T | number] {
  if (left !== undefined) return [left, inputs[0]!]
  return [inputs[0]!, right ?? inputs[1]!]
}
