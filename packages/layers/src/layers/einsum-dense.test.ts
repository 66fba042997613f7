import { ArgumentError, einsum, ones, random, ShapeError, setBackend, tensor, zeros } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import * as initializers from '../initializers/index.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { Dense } from './dense.ts'
import { EinsumDense, type EinsumDenseOptions } from './einsum-dense.ts'

setBackend(referenceBackend())

interface Case {
  readonly options: EinsumDenseOptions
  readonly input: readonly number[]
  readonly kernel: readonly number[]
  readonly bias: readonly number[] | null
  readonly output: readonly number[]
}

const cases: readonly Case[] = [
  {
    options: { equation: 'ab,bc->ac', outputShape: 3, biasAxes: 'c' },
    input: [2, 4],
    kernel: [4, 3],
    bias: [3],
    output: [2, 3],
  },
  {
    options: { equation: 'abc,cd->abd', outputShape: [null, 5] },
    input: [2, 3, 4],
    kernel: [4, 5],
    bias: null,
    output: [2, 3, 5],
  },
  {
    options: { equation: 'abc,cde->abde', outputShape: [3, 2, 2], biasAxes: 'bd' },
    input: [2, 3, 4],
    kernel: [4, 2, 2],
    bias: [3, 2, 1],
    output: [2, 3, 2, 2],
  },
  {
    options: { equation: 'abc,bcd->adb', outputShape: [2, null], biasAxes: 'd' },
    input: [2, 3, 4],
    kernel: [3, 4, 2],
    bias: [2, 1],
    output: [2, 2, 3],
  },
  {
    options: { equation: '...x,xy->...y', outputShape: 5, biasAxes: 'y' },
    input: [2, 3, 2, 4],
    kernel: [4, 5],
    bias: [5],
    output: [2, 3, 2, 5],
  },
  {
    options: { equation: '...bc,cd->...bd', outputShape: [null, 2], biasAxes: 'b' },
    input: [2, 3, 4],
    kernel: [4, 2],
    bias: [3, 1],
    output: [2, 3, 2],
  },
  {
    options: { equation: 'ab...,bc->ac...', outputShape: 3, biasAxes: 'c' },
    input: [2, 4, 2, 3],
    kernel: [4, 3],
    bias: [3, 1, 1],
    output: [2, 3, 2, 3],
  },
]

describe.each(cases)('$options.equation', (each) => {
  test('does what every layer must do', async () => {
    await runLayerTest(
      () => new EinsumDense({ ...each.options, kernelRegularizer: 'l2', activation: 'tanh' }),
      {
        inputShape: each.input,
        outputShape: each.output,
        trainableWeights: each.bias === null ? 1 : 2,
        penalties: 1,
        mask: 'dropped',
      },
    )
  })

  test('has the weights and values of its equation', () => {
    const layer = new EinsumDense({ ...each.options, biasInitializer: 'glorotUniform' })
    const x = random.uniform(each.input)
    const y = layer.apply(x)
    expect(layer.kernel!.shape).toEqual(each.kernel)
    expect(layer.bias?.shape ?? null).toEqual(each.bias)
    const product = einsum(each.options.equation, x, layer.kernel!)
    const bias = layer.bias?.dataSync() ?? [0]
    // Each element of the bias is met as often as its axis repeats.
    const shape = each.bias ?? [1]
    const inner = each.output.slice(each.output.length - shape.length)
    const positionOf = (flat: number): number => {
      let [rest, step, position] = [flat, 1, 0]
      for (let axis = inner.length - 1; axis >= 0; axis--) {
        const i = rest % inner[axis]!
        rest = Math.floor(rest / inner[axis]!)
        position += shape[axis] === 1 ? 0 : i * step
        step *= shape[axis]!
      }
      return position
    }
    const values = product.dataSync()
    expect(y.shape).toEqual(each.output)
    y.dataSync().forEach((value, i) => {
      expect(value).toBeCloseTo(values[i]! + bias[positionOf(i)]!, 5)
    })
  })
})

test('is Dense, where its equation is', () => {
  const dense = new Dense({ units: 3, activation: 'relu', biasInitializer: 'ones' })
  const layer = new EinsumDense({
    equation: '...a,ab->...b',
    outputShape: 3,
    biasAxes: 'b',
    activation: 'relu',
  })
  const x = random.normal([2, 5, 4])
  const expected = dense.apply(x).dataSync()
  layer.build(x.shape)
  layer.setWeights(dense.getWeights())
  layer
    .apply(x)
    .dataSync()
    .forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 5)
    })
})

test('its kernel is scaled by what the equation sums over', () => {
  // 1000 numbers go into an output; the last two axes alone would say 10.
  const layer = new EinsumDense({
    equation: 'abc,bcd->ad',
    outputShape: 10,
    kernelInitializer: new initializers.VarianceScaling({ scale: 3, distribution: 'uniform', seed: 1 }),
  })
  layer.build([null, 100, 10])
  const largest = Math.max(...layer.kernel!.dataSync().map(Math.abs))
  const limit = Math.sqrt(9 / 1000)
  expect(largest).toBeLessThanOrEqual(limit)
  expect(largest).toBeGreaterThan(0.99 * limit)
  const kernel = ones([100, 10, 10])
  const plain = new EinsumDense({
    equation: 'abc,bcd->ad',
    outputShape: 10,
    kernelInitializer: 'ones',
  })
  plain.build([null, 100, 10])
  expect(plain.kernel!.arraySync()).toEqual(kernel.arraySync())
})

test('sizes that are not known stay so', () => {
  const layer = new EinsumDense({ equation: 'abc,cd->abd', outputShape: [null, 5], biasAxes: 'd' })
  expect(layer.apply(input({ shape: [null, 4] })).shape).toEqual([null, null, 5])
  expect(layer.computeOutputShape([7, 2, 4])).toEqual([7, 2, 5])
  expect(layer.apply(zeros([0, 3, 4])).shape).toEqual([0, 3, 5])
})

test('its configs are those of Keras', () => {
  expectKerasConfigs(EinsumDense, (options: EinsumDenseOptions) => new EinsumDense(options))
  expect(new EinsumDense({ equation: 'ab,bc->ac', outputShape: 3 }).getConfig()['output_shape']).toEqual([3])
})

describe('what it refuses', () => {
  test.each<[unknown, unknown, unknown, RegExp]>([
    ['ab,bc', 3, null, /none of the forms/],
    ['ab, bc->ac', 3, null, /none of the forms/],
    ['a...b,bc->a...c', 3, null, /none of the forms/],
    ['...ab,bc->ac', 3, null, /none of the forms/],
    [7, 3, null, /not a text/],
    ['ab,bc->acc', [3, 3], null, /names an axis twice/],
    ['ab,bcc->ac', 3, null, /the kernel names an axis twice/],
    ['ab,bc->ad', 3, null, /"d" is in the output only/],
    ['ab,bcd->ac', 3, null, /"d" is in the kernel only/],
    ['ab,bc->ca', 3, null, /must stay first/],
    ['ab,abc->ac', 3, null, /must stay first/],
    ['ab,bc->ac', [3, 3], null, /outputShape does not fit/],
    ['ab,bc->ac', 0, null, /outputShape does not fit/],
    ['ab,bc->ac', '3', null, /outputShape does not fit/],
    ['ab,bc->ac', 3, '', /biasAxes are not axes/],
    ['ab,bc->ac', 3, 'b', /biasAxes are not axes/],
    ['ab,bc->ac', 3, 'cc', /biasAxes are not axes/],
    ['ab,bc->ac', 3, 1, /biasAxes are not axes/],
  ])('%j, %j, %j', (equation, outputShape, biasAxes, message) => {
    const options = { equation, outputShape, biasAxes } as EinsumDenseOptions
    expect(() => new EinsumDense(options)).toThrow(ArgumentError)
    expect(() => new EinsumDense(options)).toThrow(message)
  })

  test('inputs that do not fit', () => {
    const make = (equation: string, outputShape: EinsumDenseOptions['outputShape']): EinsumDense =>
      new EinsumDense({ equation, outputShape, biasAxes: equation.at(-1)! })
    expect(() => make('abc,cd->abd', [null, 2]).apply(zeros([2, 3]))).toThrow(/another number of axes/)
    expect(() => make('...a,ab->...b', 2).apply(zeros([3]))).toThrow(/another number of axes/)
    expect(() => make('abc,cd->abd', [4, 2]).apply(zeros([2, 3, 3]))).toThrow(/"b" has two sizes/)
    expect(() => make('abc,cd->abd', [null, 2]).build([null, 3, null])).toThrow(/size of "c" must be known/)
    expect(() => make('abc,cd->abd', [null, null]).build([null, 3, 3])).toThrow(/size of "d" must be known/)
    const layer = make('abc,cd->abd', [null, 2])
    layer.build([null, 3, 4])
    expect(() => layer.apply(zeros([2, 3, 5]))).toThrow(ShapeError)
    expect(layer.apply(tensor([[[1, 2, 3, 4]]])).shape).toEqual([1, 1, 2])
  })
})
