import * as core from '../index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { OpCall } from './op-calls.ts'

/** Numbers between 0 and 1, with the last two axes exchanged in memory. */
function strided(...shape: readonly number[]): Tensor {
  const axes = shape.map((_, i) => i)
  const order = [...axes.slice(0, -2), axes.length - 1, axes.length - 2]
  const count = core.sizeOf(shape)
  const values = Array.from({ length: count }, (_, i) => 0.2 + (((i + 1) * 5) % 17) / 25)
  const whole = core.tensor(values, { shape: order.map((axis) => shape[axis]!) })
  const view = core.transpose(whole, order)
  whole.dispose()
  return view
}

type TwoTensors = (a: Tensor, b: Tensor, options?: object) => Tensor

function twoInputs(
  name: string,
  f: TwoTensors,
  x: readonly number[],
  kernel: readonly number[],
  options: object,
): OpCall {
  return {
    name,
    inputs: () => [strided(...x), strided(...kernel)],
    run: (a, b) => f(a!, b!, options),
  }
}

function oneInput(
  name: string,
  f: (x: Tensor, options?: object) => Tensor,
  x: readonly number[],
  options = {},
): OpCall {
  return { name, inputs: () => [strided(...x)], run: (a) => f(a!, options) }
}

const same = { padding: 'same' } as const

/** Calls of convolutions and of pooling. */
export const spatialCalls: readonly OpCall[] = [
  { name: 'unfold', inputs: () => [strided(2, 3)], run: (x) => core.unfold(x!, { axis: 1, size: 2 }) },
  twoInputs('conv1d', core.conv1d, [2, 3, 2], [2, 2, 2], { ...same, strides: 2 }),
  twoInputs('conv2d', core.conv2d, [1, 2, 3, 2], [2, 2, 1, 2], { ...same, groups: 2 }),
  twoInputs('conv3d', core.conv3d, [1, 2, 2, 2, 1], [2, 1, 2, 1, 1], {}),
  twoInputs('convTranspose1d', core.convTranspose1d, [1, 2, 2], [3, 1, 2], { strides: 2 }),
  twoInputs('convTranspose2d', core.convTranspose2d, [1, 2, 1, 2], [2, 1, 1, 2], {}),
  twoInputs('convTranspose3d', core.convTranspose3d, [1, 1, 1, 2, 1], [2, 1, 1, 1, 1], {
    strides: [2, 1, 1],
  }),
  twoInputs('depthwiseConv1d', core.depthwiseConv1d, [1, 3, 2], [2, 2, 2], { padding: 'causal' }),
  twoInputs('depthwiseConv2d', core.depthwiseConv2d, [1, 2, 2, 2], [1, 2, 2, 1], {
    dataFormat: 'channelsFirst',
  }),
  {
    name: 'separableConv1d',
    inputs: () => [strided(1, 3, 2), strided(2, 2, 1), strided(1, 2, 2)],
    run: (x, each, point) => core.separableConv1d(x!, each!, point!),
  },
  {
    name: 'separableConv2d',
    inputs: () => [strided(1, 2, 2, 2), strided(1, 2, 2, 1), strided(1, 1, 2, 1)],
    run: (x, each, point) => core.separableConv2d(x!, each!, point!),
  },
  oneInput('maxPool1d', core.maxPool1d, [1, 3, 2], same),
  oneInput('maxPool2d', core.maxPool2d, [1, 2, 3, 2], { ...same, strides: 1 }),
  oneInput('maxPool3d', core.maxPool3d, [1, 2, 2, 2, 1]),
  oneInput('averagePool1d', core.averagePool1d, [1, 3, 2], same),
  oneInput('averagePool2d', core.averagePool2d, [1, 2, 3, 2], { ...same, strides: 1 }),
  oneInput('averagePool3d', core.averagePool3d, [1, 2, 2, 2, 1]),
  oneInput('globalMaxPool', core.globalMaxPool, [1, 3, 2]),
  oneInput('globalAveragePool', core.globalAveragePool, [1, 3, 2], { keepDims: true }),
]
