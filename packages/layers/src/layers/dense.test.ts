import {
  ArgumentError,
  DisposedError,
  memory,
  mul,
  ones,
  ShapeError,
  setBackend,
  tensor,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import { getMask } from '../engine/masks.ts'
import * as initializers from '../initializers/index.ts'
import { Sequential } from '../models/sequential.ts'
import * as regularizers from '../regularizers/index.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { Dense, type DenseOptions } from './dense.ts'

setBackend(referenceBackend())

const kernel = [
  [1, 2, 3],
  [4, 5, 6],
]

test('does what every layer must do', async () => {
  await runLayerTest(() => new Dense({ units: 4 }), {
    inputShape: [2, 3],
    outputShape: [2, 4],
    trainableWeights: 2,
    mask: 'passes',
  })
  const options = {
    units: 3,
    activation: 'tanh',
    useBias: false,
    kernelInitializer: 'heNormal',
    kernelRegularizer: 'l2',
    kernelConstraint: 'maxNorm',
    activityRegularizer: 'l1',
  }
  await runLayerTest(() => new Dense(options), {
    inputShape: [2, 4, 5],
    outputShape: [2, 4, 3],
    trainableWeights: 1,
    penalties: 2,
    mask: 'passes',
  })
})

describe('values', () => {
  const layer = (): Dense => {
    const dense = new Dense({ units: 3, inputShape: [2] })
    dense.build([null, 2])
    dense.setWeights([kernel, [10, 20, 30]])
    return dense
  }

  test('x · kernel + bias', () => {
    expect(
      layer()
        .apply(
          tensor([
            [1, 0],
            [0, 1],
            [1, -1],
          ]),
        )
        .arraySync(),
    ).toEqual([
      [11, 22, 33],
      [14, 25, 36],
      [7, 17, 27],
    ])
  })

  test('of more dimensions contract the last axis', () => {
    const x = tensor([
      [
        [
          [1, 0],
          [0, 1],
        ],
      ],
      [
        [
          [2, 0],
          [0, 2],
        ],
      ],
    ])
    expect(layer().apply(x).arraySync()).toEqual([
      [
        [
          [11, 22, 33],
          [14, 25, 36],
        ],
      ],
      [
        [
          [12, 24, 36],
          [18, 30, 42],
        ],
      ],
    ])
  })

  test('the activation comes last, by name or as a function', () => {
    const relu = new Dense({
      units: 1,
      activation: 'relu',
      kernelInitializer: 'ones',
      biasInitializer: 'ones',
    })
    expect(relu.apply(tensor([[1], [-3]])).arraySync()).toEqual([[2], [0]])
    const own = new Dense({ units: 1, activation: (x) => mul(x, x), kernelInitializer: 'ones' })
    expect(own.apply(tensor([[3]])).arraySync()).toEqual([[9]])
  })

  test('an empty batch gives an empty output', () => {
    expect(layer().apply(tensor(new Float32Array(0), { shape: [0, 2] })).shape).toEqual([0, 3])
    expect(layer().apply(tensor(new Float32Array(0), { shape: [0, 5, 2] })).shape).toEqual([0, 5, 3])
  })

  test('of integers are floats', () => {
    const y = layer().apply(tensor([[1, 1]], { dtype: 'int32' }))
    expect([y.dtype, y.arraySync()]).toEqual(['float32', [[15, 27, 39]]])
  })

  test('without a bias', () => {
    const dense = new Dense({ units: 3, useBias: false })
    dense.build([null, 2])
    expect(dense.bias).toBeNull()
    expect(dense.countParams()).toBe(6)
  })
})

describe('shapes', () => {
  test.each([{ inputShape: [16] }, { inputDim: 16 }, { batchInputShape: [null, 16] }])(
    'the seed’s example with %j',
    (declared) => {
      const model = new Sequential([new Dense({ units: 32, ...declared }), new Dense({ units: 32 })])
      expect(model.outputShape).toEqual([null, 32])
      expect(model.countParams()).toBe(16 * 32 + 32 + 32 * 32 + 32)
    },
  )

  test('unknown sizes stay unknown', () => {
    const layer = new Dense({ units: 3 })
    expect(layer.computeOutputShape([null, null, 2])).toEqual([null, null, 3])
    expect(layer.apply(input({ shape: [null, 2] })).shape).toEqual([null, null, 3])
  })

  test('the mask is the input’s', () => {
    const mask = tensor([[true, false]])
    expect(getMask(new Dense({ units: 3 }).apply(ones([1, 2, 4]), { mask }))?.arraySync()).toEqual([
      [true, false],
    ])
  })
})

describe('penalties and constraints', () => {
  test('the kernel, the bias and the output are penalised each by its own', () => {
    const layer = new Dense({
      units: 3,
      kernelInitializer: 'ones',
      biasInitializer: 'ones',
      kernelRegularizer: new regularizers.L1({ l1: 0.5 }),
      biasRegularizer: new regularizers.L2({ l2: 0.25 }),
      activityRegularizer: new regularizers.L2({ l2: 0.5 }),
    })
    layer.apply(ones([4, 2]))
    // Outputs are 3: 0.5 · 12 · 9 / 4; kernel 0.5 · 6; bias 0.25 · 3.
    expect(layer.losses.map((term) => term.dataSync()[0])).toEqual([13.5, 3, 0.75])
  })

  test('constraints go with the weights', () => {
    const layer = new Dense({ units: 1, kernelConstraint: 'nonNeg', biasConstraint: 'nonNeg' })
    layer.build([null, 2])
    const bounded = layer.kernel!.constraint!(tensor([[-1], [2]]))
    expect(bounded.arraySync()).toEqual([[0], [2]])
    expect(layer.bias!.constraint).not.toBeNull()
  })
})

test('the config is Keras’s', () => {
  expectKerasConfigs(Dense, (options: DenseOptions) => new Dense(options))
})

test('the same seed gives the same kernel', () => {
  const [a, b] = [1, 1].map((seed) => {
    const layer = new Dense({ units: 4, kernelInitializer: new initializers.GlorotUniform({ seed }) })
    layer.build([null, 3])
    return layer.kernel!.arraySync()
  })
  expect(a).toEqual(b)
})

describe('errors', () => {
  test.each([
    [{ units: 0 }, /Dense: units is not a whole number above 0[\s\S]*units: 0/],
    [{ units: 1.5 }, /units: 1\.5/],
    [{ units: '3' as unknown as number }, /units: "3"/],
    [{ units: 2, activation: 'rellu' }, /did you mean 'relu'\?/],
    [{ units: 2, useBias: 1 as unknown as boolean }, /useBias is neither true nor false/],
    [{ units: 2, unit: 3 } as DenseOptions, /unknown option "unit"[\s\S]*did you mean units\?/],
    [{ units: 2, kernelInitializer: 'glorot' }, /unknown initializer/],
  ])('in the options %j', (options, message) => {
    expect(() => new Dense(options)).toThrow(ArgumentError)
    expect(() => new Dense(options)).toThrow(message)
  })

  test('in the input', () => {
    const layer = new Dense({ units: 2, name: 'dense' })
    expect(() => layer.apply(ones([3]))).toThrow(/at least 2 dimensions[\s\S]*in: Dense "dense"/)
    expect(() => layer.build([null, null])).toThrow(/last axis must be known[\s\S]*in: Dense "dense"/)
    layer.apply(ones([1, 3])).dispose()
    expect(() => layer.apply(ones([1, 4]))).toThrow(ShapeError)
    expect(() => layer.apply(ones([1, 4]))).toThrow(
      /float32\[1, 4\][\s\S]*3 along axis -1[\s\S]*in: Dense "dense"/,
    )
    const gone = ones([1, 3])
    gone.dispose()
    expect(() => layer.apply(gone)).toThrow(DisposedError)
  })

  test('leave nothing behind', () => {
    const layer = new Dense({ units: 2 })
    const before = memory().tensors
    expect(() => layer.build([null, null])).toThrow(ShapeError)
    expect([layer.built, memory().tensors]).toEqual([false, before])
  })

  test('in files', () => {
    expect(() => Dense.fromConfig({ units: 2, lora_rank: 4 })).toThrow(/not supported/)
    expect(() => Dense.fromConfig({})).toThrow(/lacks an entry[\s\S]*units/)
    expect(() => Dense.fromConfig({ units: 2, bias: true })).toThrow(/unknown entry "bias"/)
  })
})
