import {
  ArgumentError,
  grad,
  mean,
  ones,
  ShapeError,
  setBackend,
  setSeed,
  sum,
  type Tensor,
  tensor,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { Dropout, type DropoutOptions } from './dropout.ts'

setBackend(referenceBackend())

const train = { training: true } as const

test('does what every layer must do', async () => {
  await runLayerTest(() => new Dropout({ rate: 0.4 }), {
    inputShape: [2, 3, 4],
    outputShape: [2, 3, 4],
    mask: 'passes',
  })
  await runLayerTest(() => new Dropout({ rate: 0.4, noiseShape: [null, 1, 4], seed: 3 }), {
    inputShape: [2, 3, 4],
    outputShape: [2, 3, 4],
    mask: 'passes',
  })
})

describe('in training', () => {
  test('elements are dropped at the rate, and the others scaled so that the mean stays', () => {
    const y = new Dropout({ rate: 0.2, seed: 1 }).apply(ones([100, 100]), train)
    const values = new Set(y.dataSync())
    expect([...values].sort()).toEqual([0, Math.fround(1.25)])
    expect(mean(y).dataSync()[0]).toBeCloseTo(1, 1)
  })

  test('rate 0 is the identity, rate 1 gives zeros', () => {
    const x = tensor([[1, Number.NaN, Number.POSITIVE_INFINITY]])
    expect(new Dropout({ rate: 0 }).apply(x, train).arraySync()).toEqual(x.arraySync())
    expect(new Dropout({ rate: 1 }).apply(x, train).arraySync()).toEqual([[0, 0, 0]])
  })

  test('what is dropped is 0 even where it is not finite', () => {
    const x = tensor(new Array<number>(64).fill(Number.NaN))
    const y = new Dropout({ rate: 0.5, seed: 2 }).apply(x, train).dataSync()
    expect(new Set(y)).toEqual(new Set([0, Number.NaN]))
  })

  test('noiseShape shares the choice along axes of size 1; null takes the input’s size', () => {
    const y = new Dropout({ rate: 0.5, noiseShape: [null, 1, 3], seed: 5 }).apply(ones([8, 6, 3]), train)
    for (const sample of y.arraySync() as number[][][])
      for (const row of sample) expect(row).toEqual(sample[0])
    expect(new Set(y.dataSync())).toEqual(new Set([0, 2]))
  })

  test('the gradient is 0 where elements were dropped', () => {
    const layer = (): Dropout => new Dropout({ rate: 0.5, seed: 7 })
    const x = ones([5, 5])
    const slopes = grad((input: Tensor) => sum(layer().apply(input, train)))(x)
    expect(slopes.arraySync()).toEqual(layer().apply(x, train).arraySync())
  })

  test('outside training the input comes out', () => {
    const layer = new Dropout({ rate: 0.9, seed: 1 })
    expect(layer.apply(tensor([1, 2])).arraySync()).toEqual([1, 2])
    expect(layer.apply(tensor([1, 2]), { training: false }).arraySync()).toEqual([1, 2])
  })
})

describe('random numbers', () => {
  const draw = (layer: Dropout): unknown => layer.apply(ones([64]), train).arraySync()

  test('each call draws new ones, and a new layer with the seed begins again', () => {
    const layer = new Dropout({ rate: 0.5, seed: 4 })
    const first = draw(layer)
    const second = draw(layer)
    expect(second).not.toEqual(first)
    const again = new Dropout({ rate: 0.5, seed: 4 })
    expect([draw(again), draw(again)]).toEqual([first, second])
    expect(draw(new Dropout({ rate: 0.5, seed: 5 }))).not.toEqual(first)
  })

  test('calls outside training draw none', () => {
    const [a, b] = [new Dropout({ rate: 0.5, seed: 4 }), new Dropout({ rate: 0.5, seed: 4 })]
    a.apply(ones([64])).dispose()
    expect(draw(a)).toEqual(draw(b))
  })

  test('without a seed follow setSeed, and layers differ', () => {
    const runs = [1, 1].map((seed) => {
      setSeed(seed)
      return [draw(new Dropout({ rate: 0.5 })), draw(new Dropout({ rate: 0.5 }))]
    })
    expect(runs[0]).toEqual(runs[1])
    expect(runs[0]![0]).not.toEqual(runs[0]![1])
  })

  test('of float64 inputs are the same', () => {
    const y = new Dropout({ rate: 0.5, seed: 4, dtype: 'float64' }).apply(ones([64]), train)
    expect(y.dtype).toBe('float64')
    expect(y.arraySync()).toEqual(draw(new Dropout({ rate: 0.5, seed: 4 })))
  })
})

test('shapes with unknown sizes stay', () => {
  expect(new Dropout({ rate: 0.5 }).apply(input({ shape: [null, 2] })).shape).toEqual([null, null, 2])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(Dropout, (options: DropoutOptions) => new Dropout(options))
})

describe('errors', () => {
  test.each([
    [{ rate: 1.5 }, /rate is not a number from 0 to 1[\s\S]*rate: 1\.5/],
    [{ rate: -0.1 }, /rate: -0\.1/],
    [{ rate: Number.NaN }, /rate: NaN/],
    [{ rate: '0.5' as unknown as number }, /rate: "0\.5"/],
    [{ rate: 0.5, noiseShape: [0, 1] }, /noiseShape is not a list of sizes[\s\S]*\[0, 1\]/],
    [{ rate: 0.5, noiseShape: [1.5] }, /noiseShape/],
    [{ rate: 0.5, seed: -1 }, /seed/],
    [{ rate: 0.5, noise: [1] } as DropoutOptions, /unknown option "noise"/],
  ])('in the options %j', (options, message) => {
    expect(() => new Dropout(options)).toThrow(ArgumentError)
    expect(() => new Dropout(options)).toThrow(message)
  })

  test.each([[[1, 3]], [[2, 2, 2]], [[3, 1, 4]]])('noiseShape %j does not fit [2, 3, 4]', (noiseShape) => {
    const layer = new Dropout({ rate: 0.5, noiseShape, name: 'dropout' })
    expect(() => layer.apply(ones([2, 3, 4]), train)).toThrow(ShapeError)
    expect(() => layer.apply(ones([2, 3, 4]), train)).toThrow(/broadcast[\s\S]*in: Dropout "dropout"/)
  })

  test('changing the list that was passed changes nothing', () => {
    const noiseShape = [null, 1]
    const layer = new Dropout({ rate: 0.5, noiseShape })
    noiseShape[1] = 7
    expect(layer.noiseShape).toEqual([null, 1])
  })
})
