/** What the layers that disturb their input in training have in common. */
import { grad, mean, ones, setBackend, setSeed, std, sum, type Tensor, tensor, zeros } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import type { Layer } from '../engine/layer.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import {
  AlphaDropout,
  GaussianDropout,
  GaussianNoise,
  SpatialDropout1D,
  SpatialDropout2D,
  SpatialDropout3D,
} from './index.ts'

setBackend(referenceBackend())

const train = { training: true } as const

interface Case {
  readonly name: string
  readonly make: (options: { readonly level: number; readonly seed?: number }) => Layer
  /** The shape of the input, with the batch. */
  readonly shape: readonly number[]
}

const noiseLayers: readonly Case[] = [
  {
    name: 'AlphaDropout',
    make: ({ level: rate, ...seed }) => new AlphaDropout({ rate, ...seed }),
    shape: [2, 3, 4],
  },
  {
    name: 'GaussianDropout',
    make: ({ level: rate, ...seed }) => new GaussianDropout({ rate, ...seed }),
    shape: [2, 3, 4],
  },
  {
    name: 'GaussianNoise',
    make: ({ level: stddev, ...seed }) => new GaussianNoise({ stddev, ...seed }),
    shape: [2, 3, 4],
  },
  {
    name: 'SpatialDropout1D',
    make: ({ level: rate, ...seed }) => new SpatialDropout1D({ rate, ...seed }),
    shape: [8, 3, 8],
  },
  {
    name: 'SpatialDropout2D',
    make: ({ level: rate, ...seed }) => new SpatialDropout2D({ rate, ...seed }),
    shape: [8, 2, 1, 8],
  },
  {
    name: 'SpatialDropout3D',
    make: ({ level: rate, ...seed }) => new SpatialDropout3D({ rate, ...seed }),
    shape: [8, 1, 2, 1, 8],
  },
]

test.each([
  ['2D', SpatialDropout2D, [2, 3, 2, 2]],
  ['3D', SpatialDropout3D, [2, 3, 2, 1, 2]],
] as const)(
  'SpatialDropout%s with the channels first does what every layer must do',
  async (_, of, shape) => {
    await runLayerTest(() => new of({ rate: 0.3, seed: 3, dataFormat: 'channelsFirst' }), {
      inputShape: shape,
      outputShape: shape,
      mask: 'passes',
    })
  },
)

describe.each(noiseLayers)('$name', ({ name, make, shape }) => {
  const draw = (layer: Layer): unknown => layer.apply(ones(shape), train).arraySync()

  test('does what every layer must do', async () => {
    const small = shape.map((side) => Math.min(side, 3))
    await runLayerTest(() => make({ level: 0.3, seed: 3 }), {
      inputShape: small,
      outputShape: small,
      mask: 'passes',
    })
  })

  test('outside training, or without noise, the input comes out', () => {
    const x = ones(shape)
    expect(make({ level: 0.5 }).apply(x).arraySync()).toEqual(x.arraySync())
    expect(make({ level: 0 }).apply(x, train).arraySync()).toEqual(x.arraySync())
  })

  test('each call draws new numbers, and a new layer with the seed begins again', () => {
    const layer = make({ level: 0.5, seed: 4 })
    const [first, second] = [draw(layer), draw(layer)]
    expect(second).not.toEqual(first)
    const again = make({ level: 0.5, seed: 4 })
    again.apply(ones(shape)).dispose()
    expect([draw(again), draw(again)]).toEqual([first, second])
    expect(draw(make({ level: 0.5, seed: 5 }))).not.toEqual(first)
  })

  test('without a seed the numbers follow setSeed, and layers differ', () => {
    const runs = [1, 1].map((seed) => {
      setSeed(seed)
      return [draw(make({ level: 0.5 })), draw(make({ level: 0.5 }))]
    })
    expect(runs[0]).toEqual(runs[1])
    expect(runs[0]![0]).not.toEqual(runs[0]![1])
  })

  test('integers are taken as fractions', () => {
    const y = make({ level: 0.5, seed: 1 }).apply(ones(shape, { dtype: 'int32' }), train)
    expect(y.dtype).toBe('float32')
    expect(y.arraySync()).toEqual(draw(make({ level: 0.5, seed: 1 })))
  })

  test('shapes with unknown sizes stay', () => {
    const unknown = [null, null, ...shape.slice(2)]
    expect(make({ level: 0.5 }).apply(input({ shape: unknown.slice(1) })).shape).toEqual(unknown)
  })

  test('an unknown level', () => {
    for (const level of [-0.1, 1.5, Number.NaN, '0.5' as unknown as number])
      expect(() => make({ level })).toThrow(new RegExp(`${name}: (rate|stddev) is not a number`))
    expect(() => make({ level: 0.5, seed: -1 })).toThrow(/seed/)
    expect(() => make({ level: 0.5, sed: 1 } as never)).toThrow(/unknown option "sed"/)
  })
})

describe('GaussianNoise', () => {
  test('adds numbers with mean 0 and the standard deviation', () => {
    const y = new GaussianNoise({ stddev: 0.5, seed: 1 }).apply(ones([100, 100]), train)
    expect(mean(y).dataSync()[0]).toBeCloseTo(1, 1)
    expect(std(y).dataSync()[0]).toBeCloseTo(0.5, 1)
  })

  test('the config is Keras’s', () => {
    expectKerasConfigs(GaussianNoise, (options: never) => new GaussianNoise(options))
  })
})

describe('GaussianDropout', () => {
  test('multiplies by numbers with mean 1 and the variance of dropout', () => {
    const y = new GaussianDropout({ rate: 0.2, seed: 1 }).apply(ones([100, 100]), train)
    expect(mean(y).dataSync()[0]).toBeCloseTo(1, 1)
    expect(std(y).dataSync()[0]).toBeCloseTo(0.5, 1)
    expect(new GaussianDropout({ rate: 0.2 }).apply(zeros([2, 2]), train).arraySync()).toEqual(
      zeros([2, 2]).arraySync(),
    )
  })

  test('the config is Keras’s', () => {
    expectKerasConfigs(GaussianDropout, (options: never) => new GaussianDropout(options))
  })

  test('rate 1 is refused', () => {
    expect(() => new GaussianDropout({ rate: 1 })).toThrow(/at least 0 and below 1[\s\S]*rate: 1/)
  })
})

describe('AlphaDropout', () => {
  const rate = 0.25
  const dropped = -1.6732632423543772 * 1.0507009873554805
  const a = 1 / Math.sqrt((1 - rate) * (1 + rate * dropped ** 2))
  const low = a * dropped - a * dropped * rate

  test('elements are dropped at the rate, and all moved and scaled', () => {
    const y = new AlphaDropout({ rate, seed: 1 }).apply(ones([100, 100]), train)
    const values = [...new Set(y.dataSync())].sort((p, q) => p - q)
    expect(values.length).toBe(2)
    expect(values[0]).toBeCloseTo(low, 5)
    expect(values[1]).toBeCloseTo(a - a * dropped * rate, 5)
    const share = y.dataSync().filter((value) => value < 0).length / 1e4
    expect(share).toBeCloseTo(rate, 1)
  })

  test('mean 0 and variance 1 stay', () => {
    const x = new GaussianNoise({ stddev: 1, seed: 2 }).apply(zeros([100, 100]), train)
    const y = new AlphaDropout({ rate, seed: 1 }).apply(x, train)
    expect(mean(y).dataSync()[0]).toBeCloseTo(0, 1)
    expect(std(y).dataSync()[0]).toBeCloseTo(1, 1)
  })

  test('what is dropped has no influence, NaN included', () => {
    const x = tensor(new Array<number>(64).fill(Number.NaN))
    const values = new Set(new AlphaDropout({ rate: 0.5, seed: 2 }).apply(x, train).dataSync())
    expect(values.size).toBe(2)
    expect(values.has(Number.NaN)).toBe(true)
  })

  test('noiseShape shares the choice along axes of size 1', () => {
    const layer = new AlphaDropout({ rate: 0.5, noiseShape: [null, 1, 3], seed: 5 })
    const y = layer.apply(ones([8, 6, 3]), train).arraySync() as number[][][]
    for (const sample of y) for (const row of sample) expect(row).toEqual(sample[0])
    expect(layer.noiseShape).toEqual([null, 1, 3])
    expect(() => layer.apply(ones([8, 6, 2]), train)).toThrow(
      /does not broadcast to the input[\s\S]*in: AlphaDropout/,
    )
    expect(() => new AlphaDropout({ rate: 0.5, noiseShape: [0] })).toThrow(
      /noiseShape is not a list of sizes/,
    )
  })

  test('the gradient is 0 where elements were dropped', () => {
    const layer = (): Layer => new AlphaDropout({ rate: 0.5, seed: 7 })
    const slopes = grad((x: Tensor) => sum(layer().apply(x, train)))(ones([6, 6])).dataSync()
    layer()
      .apply(ones([6, 6]), train)
      .dataSync()
      .forEach((value, i) => expect(slopes[i] === 0).toBe(value < 0))
  })

  test('the config is Keras’s', () => {
    expectKerasConfigs(AlphaDropout, (options: never) => new AlphaDropout(options))
  })
})

describe('SpatialDropout', () => {
  test.each([
    ['1D', new SpatialDropout1D({ rate: 0.5, seed: 1 }), [4, 3, 8], [1]],
    ['2D', new SpatialDropout2D({ rate: 0.5, seed: 1 }), [4, 2, 2, 8], [1, 2]],
    [
      '2D, channels first',
      new SpatialDropout2D({ rate: 0.5, seed: 1, dataFormat: 'channelsFirst' }),
      [4, 8, 2, 2],
      [2, 3],
    ],
    ['3D', new SpatialDropout3D({ rate: 0.5, seed: 1 }), [4, 2, 1, 2, 8], [1, 2, 3]],
    [
      '3D, channels first',
      new SpatialDropout3D({ rate: 0.5, seed: 1, dataFormat: 'channelsFirst' }),
      [4, 8, 2, 1, 2],
      [2, 3, 4],
    ],
  ])('%s drops whole channels and scales the others', (_, layer, shape, axis) => {
    const y = layer.apply(ones(shape), train)
    expect(new Set(y.dataSync())).toEqual(new Set([0, 2]))
    expect(new Set(mean(y, { axis }).dataSync())).toEqual(new Set([0, 2]))
  })

  test('rate 1 gives zeros', () => {
    const y = new SpatialDropout1D({ rate: 1 }).apply(ones([1, 2, 2]), train)
    expect(new Set(y.dataSync())).toEqual(new Set([0]))
  })

  test('the configs are Keras’s', () => {
    expectKerasConfigs(SpatialDropout1D, (options: never) => new SpatialDropout1D(options))
    expectKerasConfigs(SpatialDropout2D, (options: never) => new SpatialDropout2D(options))
    expectKerasConfigs(SpatialDropout3D, (options: never) => new SpatialDropout3D(options))
  })

  test('errors', () => {
    expect(() => new SpatialDropout1D({ rate: 0.5 }).apply(zeros([2, 3]))).toThrow(
      /3 dimensions, the batch's included/,
    )
    expect(() => new SpatialDropout2D({ rate: 0.5, dataFormat: 'first' as 'channelsFirst' })).toThrow(
      /unknown dataFormat/,
    )
  })
})
