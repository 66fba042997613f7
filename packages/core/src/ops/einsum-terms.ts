import type { Tensor } from '../tensor/tensor.ts'
import { cast } from './cast.ts'
import { commonDiagonal } from './common-diagonal.ts'
import type { Equation, Label } from './einsum-equation.ts'
import { expandDims } from './expand-dims.ts'
import { matmul } from './matmul.ts'
import { mergeAxes } from './merge-axes.ts'
import { mul } from './mul.ts'
import { reshape } from './reshape.ts'
import { squeeze } from './squeeze.ts'
import { sum } from './sum.ts'
import { permuteAxes } from './transpose.ts'

/** A tensor and the labels of its axes. */
export interface Term {
  readonly x: Tensor
  readonly labels: readonly Label[]
}

/** A view with each label once, and without axes of size 1, which broadcast. */
export function narrowTerm(term: Term): Term {
  return onDiagonal(withoutUnits(term))
}

/** The sums along labels that nothing needs. */
export function sumTerm({ x, labels }: Term, needed: ReadonlySet<Label>): Term {
  const alone = labels.flatMap((label, axis) => (needed.has(label) ? [] : [axis]))
  if (alone.length === 0) return { x, labels }
  // Sums of uint8 are int32.
  return { x: cast(sum(x, { axis: alone }), x.dtype), labels: labels.filter((label) => needed.has(label)) }
}

function withoutUnits({ x, labels }: Term): Term {
  const isUnit = (axis: number): boolean => x.shape[axis] === 1
  const units = labels.flatMap((_, axis) => (isUnit(axis) ? [axis] : []))
  if (units.length === 0) return { x, labels }
  return { x: squeeze(x, { axis: units }), labels: labels.filter((_, axis) => !isUnit(axis)) }
}

function onDiagonal({ x, labels }: Term): Term {
  const distinct = [...new Set(labels)]
  if (distinct.length === labels.length) return { x, labels }
  const groups = distinct.map((label) => labels.flatMap((own, axis) => (own === label ? [axis] : [])))
  return { x: commonDiagonal(x, { groups, shape: x.shape }), labels: distinct }
}

/**
 * The product of two terms, summed along the labels that are not kept: those are in both.
 *
 * It is a product of matrices [batch, left, summed] · [batch, summed, right], where anything is summed. Each group of
 * axes is ordered as it lies in memory, so that most operands are views.
 */
export function multiplyTerms(a: Term, b: Term, kept: readonly Label[], sizes: Equation['sizes']): Term {
  const larger = a.x.size >= b.x.size ? a : b
  const common = inMemoryOrder(larger).filter((label) => a.labels.includes(label) && b.labels.includes(label))
  const batch = common.filter((label) => kept.includes(label))
  const summed = common.filter((label) => !kept.includes(label))
  const left = inMemoryOrder(a).filter((label) => !common.includes(label))
  const right = inMemoryOrder(b).filter((label) => !common.includes(label))
  const first = grouped(a, [batch, left, summed])
  const second = grouped(b, [batch, summed, right])
  const product = summed.length === 0 ? mul(first, second) : matmul(first, second)
  const labels = [...batch, ...left, ...right]
  return {
    x: reshape(
      product,
      labels.map((label) => sizes.get(label)!),
    ),
    labels,
  }
}

function inMemoryOrder({ x, labels }: Term): Label[] {
  const stride = (label: Label): number => Math.abs(x.strides[labels.indexOf(label)]!)
  return [...labels].sort((p, q) => stride(q) - stride(p))
}

function grouped({ x, labels }: Term, groups: readonly (readonly Label[])[]): Tensor {
  return mergeAxes(x, {
    groups: groups.map((group) => group.map((label) => labels.indexOf(label))),
    shape: x.shape,
  })
}

/** The tensor with its axes in the output's order, and axes of size 1 where it lacks one. */
export function arrangeTerm({ x, labels }: Term, output: readonly Label[]): Tensor {
  const order = output.flatMap((label) => (labels.includes(label) ? [labels.indexOf(label)] : []))
  const added = output.flatMap((label, axis) => (labels.includes(label) ? [] : [axis]))
  const ordered = permuteAxes(x, order)
  return added.length === 0 ? ordered : expandDims(ordered, { axis: added })
}
