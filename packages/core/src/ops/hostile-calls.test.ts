import { expect, test } from 'vitest'
import type { Operand, View } from '../backend/backend.ts'
import { setBackend } from '../backend/current.ts'
import { testBackend } from '../backend/test-backend.ts'
import { TapegradError } from '../errors/index.ts'
import * as core from '../index.ts'
import { memory } from '../memory/memory.ts'
import { referenceBackend } from '../reference/index.ts'
import type { Data } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** An argument, of the kind that a caller may get from a file or a form. */
type Draw = () => never

/** Some of the options of these names, each with such a value. */
type DrawOptions = (...names: readonly string[]) => never

/** How often each function is called: with them all together, more than 10⁵ calls. */
const calls = 2500

const numbers = [
  0,
  1,
  1,
  1,
  2,
  2,
  3,
  4,
  5,
  -1,
  -1,
  -2,
  -3,
  -7,
  0.5,
  -0,
  17,
  1000,
  2 ** 16,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -(2 ** 53),
  1e300,
  Number.MAX_VALUE,
  Number.NaN,
  Infinity,
  -Infinity,
]
const others = [
  '2',
  '',
  null,
  undefined,
  true,
  {},
  [],
  () => 1,
  Symbol('axis'),
  3n,
  'same',
  'valid',
  'reflect',
]

/** Numbers that repeat: what fails once can be looked at again. */
function randomSource(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Numbers mostly, some out of range, now and then something else, or lists of them. */
function drawing(next: (below: number) => number): Draw {
  const pick = (list: readonly unknown[]): unknown => list[next(list.length)]
  const one = (): unknown =>
    next(12) === 0 ? pick(others) : pick(next(3) === 0 ? numbers : numbers.slice(0, 10))
  const list = (depth: number): unknown =>
    Array.from({ length: next(5) }, () => (depth > 0 && next(3) > 0 ? list(depth - 1) : one()))
  return () => (next(3) === 0 ? one() : list(next(3) === 0 ? 1 : 0)) as never
}

interface Given {
  readonly h: Draw
  readonly o: DrawOptions
  readonly x: Tensor
  readonly y: Tensor
}

type Call = (given: Given) => unknown

/** Every function that takes shapes, axes, strides, paddings, counts or positions as plain values. */
const table: Readonly<Record<string, Call>> = {
  zeros: ({ h }) => core.zeros(h()),
  full: ({ h }) => core.full(h(), 2),
  eye: ({ h }) => core.eye(h()),
  arange: ({ h }) => core.arange(h(), h(), h()),
  linspace: ({ h }) => core.linspace(h(), h(), h()),
  tensor: ({ o }) => core.tensor([1, 2, 3, 4, 5, 6], o('shape')),
  uniform: ({ h }) => core.random.uniform(h()),
  randint: ({ h, o }) => core.random.randint(h(), o('min', 'max')),
  permutation: ({ h }) => core.random.permutation(h()),
  shuffle: ({ o, x }) => core.random.shuffle(x, o('axis')),
  categorical: ({ h, x }) => core.random.categorical(x, h()),
  reshape: ({ h, x }) => core.reshape(x, h()),
  flatten: ({ o, x }) => core.flatten(x, o('startAxis')),
  transpose: ({ h, x }) => core.transpose(x, h()),
  permute: ({ h, x }) => core.permute(x, h()),
  moveAxis: ({ h, x }) => core.moveAxis(x, h(), h()),
  swapAxes: ({ h, x }) => core.swapAxes(x, h(), h()),
  broadcastTo: ({ h, x }) => core.broadcastTo(x, h()),
  expandDims: ({ o, x }) => core.expandDims(x, o('axis')),
  squeeze: ({ o, x }) => core.squeeze(x, o('axis')),
  slice: ({ h, x }) => core.slice(x, h()),
  index: ({ h, x }) => core.index(x, h()),
  indexUpdate: ({ h, x, y }) => core.indexUpdate(x, h(), y),
  flip: ({ o, x }) => core.flip(x, o('axis')),
  roll: ({ h, o, x }) => core.roll(x, h(), o('axis')),
  tile: ({ h, x }) => core.tile(x, h()),
  repeat: ({ h, o, x }) => core.repeat(x, h(), o('axis')),
  concat: ({ o, x }) => core.concat([x, x], o('axis')),
  stack: ({ o, x }) => core.stack([x, x], o('axis')),
  split: ({ h, o, x }) => core.split(x, h(), o('axis')),
  unstack: ({ o, x }) => core.unstack(x, o('axis')),
  pad: ({ h, o, x }) => core.pad(x, h(), o('mode')),
  padConstant: ({ h, o, x }) => core.pad(x, h(), o('value')),
  tril: ({ o, x }) => core.tril(x, o('k')),
  diag: ({ o, x }) => core.diag(x, o('k')),
  diagonal: ({ o, x }) => core.diagonal(x, o('offset', 'axis1', 'axis2')),
  trace: ({ o, x }) => core.trace(x, o('offset')),
  unfold: ({ o, x }) => core.unfold(x, o('axis', 'size', 'stride', 'dilation')),
  sum: ({ o, x }) => core.sum(x, o('axis', 'keepDims')),
  argMax: ({ o, x }) => core.argMax(x, o('axis')),
  cumsum: ({ o, x }) => core.cumsum(x, o('axis')),
  norm: ({ o, x }) => core.norm(x, o('ord', 'axis')),
  quantile: ({ h, o, x }) => core.quantile(x, h(), o('axis')),
  topK: ({ h, o, x }) => Object.values(core.topK(x, h(), o('axis'))),
  softmax: ({ o, x }) => core.softmax(x, o('axis')),
  gather: ({ o, x }) => core.gather(x, core.tensor([0, 1], { dtype: 'int32' }), o('axis')),
  oneHot: ({ h, o }) => core.oneHot(core.tensor([0, 1], { dtype: 'int32' }), h(), o('axis')),
  scatterND: ({ h }) => core.scatterND(core.tensor([[0]], { dtype: 'int32' }), core.ones([1]), h()),
  segmentSum: ({ h, x }) => core.segmentSum(x, core.tensor([0], { dtype: 'int32' }), h()),
  tensordot: ({ o, x, y }) => core.tensordot(x, y, o('axes')),
  conv1d: ({ o }) =>
    core.conv1d(
      core.ones([1, 6, 2]),
      core.ones([3, 2, 2]),
      o('strides', 'padding', 'dilationRate', 'groups'),
    ),
  conv2d: ({ o }) => core.conv2d(core.ones([1, 5, 4, 2]), core.ones([3, 2, 2, 2]), o('strides', 'padding')),
  convTranspose2d: ({ o }) =>
    core.convTranspose2d(
      core.ones([1, 2, 3, 2]),
      core.ones([2, 2, 1, 2]),
      o('strides', 'padding', 'outputPadding', 'dilationRate'),
    ),
  depthwiseConv2d: ({ o }) =>
    core.depthwiseConv2d(core.ones([1, 4, 4, 2]), core.ones([2, 2, 2, 1]), o('strides', 'dilationRate')),
  maxPool2d: ({ o }) => core.maxPool2d(core.ones([1, 4, 4, 1]), o('poolSize', 'strides', 'padding')),
  averagePool1d: ({ o }) => core.averagePool1d(core.ones([1, 6, 1]), o('poolSize', 'strides', 'padding')),
}

/** Throws where a view reaches beyond its storage. */
function checkExtent(operand: Operand<Data>): void {
  if (typeof operand === 'number' || operand.size === 0) return
  const { shape, strides, offset, storage } = operand
  let [least, most] = [offset, offset]
  shape.forEach((side, i) => {
    const reach = (side - 1) * strides[i]!
    if (reach < 0) least += reach
    else most += reach
  })
  if (!(least >= 0 && most < storage.length)) {
    throw new Error(`a view from ${least} to ${most} of ${storage.length} elements`)
  }
}

/** A backend with little room, so that what is too large is refused at once. */
const inner = referenceBackend({ maxLength: 20_000 })
const backend = testBackend({ inner, before: (_, operands) => operands.forEach(checkExtent) })
const shapes = [[], [6], [2, 3], [3, 1, 2], [2, 2, 1, 3], [0, 3], [1, 1, 1, 1, 2, 3]]

test('there are more than 10⁵ calls', () => {
  expect(calls * Object.keys(table).length).toBeGreaterThan(1e5)
})

test.each(Object.entries(table))('%s gives a tensor or a named error, and reads nothing else', (_, call) => {
  setBackend(backend)
  const next = randomSource(11)
  const h = drawing(next)
  const o: DrawOptions = (...names) =>
    Object.fromEntries(names.filter(() => next(2) === 0).map((name) => [name, h()])) as never
  let accepted = 0
  const before = memory()
  for (let i = 0; i < calls; i++) {
    core.tidy(() => {
      const [x, y] = [0, 1].map(() => core.ones(shapes[next(shapes.length)]!)) as [Tensor, Tensor]
      try {
        for (const result of [call({ h, o, x, y })].flat() as Tensor[]) {
          expect(result.shape.every((side) => Number.isInteger(side) && side >= 0)).toBe(true)
          checkExtent(result as View<Data>)
        }
        accepted++
      } catch (error) {
        if (!(error instanceof TapegradError)) throw error
      }
    })
  }
  expect(memory()).toEqual(before)
  expect(accepted).toBeGreaterThan(calls / 250)
  expect(accepted).toBeLessThan(calls)
})
