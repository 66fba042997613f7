import {
  ArgumentError,
  DTypeError,
  memory,
  SerializationError,
  type Shape,
  ShapeError,
  setBackend,
  setSeed,
  type Tensor,
  UnsupportedError,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { hostileNames } from '../../fixtures/hostile-names.ts'
import { configs } from '../../fixtures/keras.ts'
import { unreadableBackend } from '../../fixtures/unreadable-backend.ts'
import * as initializers from './index.ts'

setBackend(referenceBackend())

const every: readonly (readonly [string, (options?: object) => initializers.Initializer])[] = [
  ['Constant', (options) => new initializers.Constant(options)],
  ['GlorotNormal', (options) => new initializers.GlorotNormal(options)],
  ['GlorotUniform', (options) => new initializers.GlorotUniform(options)],
  ['HeNormal', (options) => new initializers.HeNormal(options)],
  ['HeUniform', (options) => new initializers.HeUniform(options)],
  ['Identity', (options) => new initializers.Identity(options)],
  ['LecunNormal', (options) => new initializers.LecunNormal(options)],
  ['LecunUniform', (options) => new initializers.LecunUniform(options)],
  ['Ones', (options) => new initializers.Ones(options)],
  ['Orthogonal', (options) => new initializers.Orthogonal(options)],
  ['RandomNormal', (options) => new initializers.RandomNormal(options)],
  ['RandomUniform', (options) => new initializers.RandomUniform(options)],
  ['TruncatedNormal', (options) => new initializers.TruncatedNormal(options)],
  ['VarianceScaling', (options) => new initializers.VarianceScaling(options)],
  ['Zeros', (options) => new initializers.Zeros(options)],
]
const seeded = every.filter(([, make]) => 'seed' in make().getConfig())

function valuesOf(initializer: initializers.Initializer, shape: Shape): readonly number[] {
  using x = initializer.apply(shape)
  return Array.from(x.dataSync())
}

describe.each(every)('%s', (name, make) => {
  test('makes one tensor of the shape, dtype and backend it is asked for', () => {
    const before = memory().tensors
    using x = make().apply([3, 4])
    expect([x.shape, x.dtype, memory().tensors]).toEqual([[3, 4], 'float32', before + 1])
    const backend = referenceBackend()
    using y = make().apply([2, 1], { dtype: 'float64', backend })
    expect([y.shape, y.dtype, y.storage.backend === backend]).toEqual([[2, 1], 'float64', true])
    using empty = make().apply([0, 3])
    expect(empty.shape).toEqual([0, 3])
    expect(memory().tensors).toBe(before + 3)
  })

  test('reads nothing from the device', async () => {
    using x = make().apply([3, 4], { backend: unreadableBackend() })
    expect(() => x.dataSync()).toThrow(UnsupportedError)
    expect(await x.data()).toHaveLength(12)
  })

  test('refuses shapes that are none, and options it does not have', () => {
    for (const shape of [undefined, null, 3]) {
      expect(() => make().apply(shape as never)).toThrow(ArgumentError)
    }
    for (const shape of [
      [-1, 2],
      [1.5, 2],
      [Number.NaN, 1],
      ['2', 3],
    ]) {
      expect(() => make().apply(shape as never)).toThrow(ShapeError)
    }
    expect(() => make().apply([2, 2], { dtype: 'int8' as never })).toThrow(DTypeError)
    expect(() => make({ scales: 1 })).toThrow(ArgumentError)
    expect(() => make({ scales: 1 })).toThrow(new RegExp(`^${name}: unknown option "scales"`))
  })
})

test('there is a config of Keras for each, and it round-trips', () => {
  expect(configs.initializers.map((entry) => entry.class).sort()).toEqual(every.map(([name]) => name).sort())
  for (const entry of configs.initializers) {
    const initializer = initializers.deserialize({ class_name: entry.class, config: entry.arguments })!
    expect(initializer.getConfig()).toEqual(entry.config)
    const copy = initializers.deserialize(JSON.parse(JSON.stringify(initializers.serialize(initializer))))
    expect(initializers.serialize(copy)).toEqual({
      module: 'keras.initializers',
      class_name: entry.class,
      config: entry.config,
      registered_name: null,
    })
  }
})

describe('values', () => {
  test.each<[string, initializers.Initializer, Shape, readonly number[]]>([
    ['Zeros', new initializers.Zeros(), [3], [0, 0, 0]],
    ['Ones', new initializers.Ones(), [2, 1], [1, 1]],
    ['Constant', new initializers.Constant({ value: -2.5 }), [2], [-2.5, -2.5]],
    ['Constant without a value', new initializers.Constant(), [], [0]],
    ['Identity', new initializers.Identity(), [2, 2], [1, 0, 0, 1]],
    ['Identity, wide', new initializers.Identity({ gain: 2 }), [2, 3], [2, 0, 0, 0, 2, 0]],
    ['Identity, tall', new initializers.Identity(), [3, 2], [1, 0, 0, 1, 0, 0]],
    ['RandomNormal without deviation', new initializers.RandomNormal({ mean: 3, stddev: 0 }), [2], [3, 3]],
    ['RandomUniform of one number', new initializers.RandomUniform({ minval: 2, maxval: 2 }), [2], [2, 2]],
  ])('of %s', (_, initializer, shape, expected) => {
    expect(valuesOf(initializer, shape)).toEqual(expected)
  })

  test.each([[[3]], [[]], [[2, 2, 2]]])('only matrices are the identity, not %j', (shape) => {
    expect(() => new initializers.Identity().apply(shape)).toThrow(ShapeError)
  })

  test.each([[[3]], [[]]])('%j cannot be orthogonal', (shape) => {
    expect(() => new initializers.Orthogonal().apply(shape)).toThrow(/two or more axes/)
  })
})

describe.each(seeded)('seeds of %s', (_, make) => {
  const shape = [4, 5]

  test('the same seed gives the same values, in every call and object', () => {
    const first = make({ seed: 7 })
    const values = valuesOf(first, shape)
    expect(valuesOf(first, shape)).toEqual(values)
    expect(valuesOf(make({ seed: 7 }), shape)).toEqual(values)
    expect(valuesOf(make({ seed: 8 }), shape)).not.toEqual(values)
    expect(new Set(values).size).toBeGreaterThan(15)
  })

  test('without a seed values are new in every call, and repeat after setSeed', () => {
    const draw = (): readonly (readonly number[])[] => {
      setSeed(3)
      const initializer = make()
      return [valuesOf(initializer, shape), valuesOf(initializer, shape)]
    }
    const [first, second] = draw()
    expect(second).not.toEqual(first)
    expect(draw()).toEqual([first, second])
  })

  test('a seed leaves the generator that setSeed seeds alone', () => {
    setSeed(3)
    const expected = valuesOf(make(), shape)
    setSeed(3)
    valuesOf(make({ seed: 1 }), shape)
    expect(valuesOf(make(), shape)).toEqual(expected)
  })

  test.each([[-1], [0.5], [Number.NaN], ['7'], [2 ** 53]])('%s is no seed', (seed) => {
    expect(() => make({ seed })).toThrow(ArgumentError)
    expect(() => make({ seed })).toThrow(/seed is not/)
  })
})

describe('options', () => {
  const { Constant, Identity, Orthogonal, RandomNormal, RandomUniform, TruncatedNormal, VarianceScaling } =
    initializers
  test.each<[string, () => unknown, RegExp]>([
    ['a value of NaN', () => new Constant({ value: Number.NaN }), /Constant: value is not a finite number/],
    ['a value of text', () => new Constant({ value: '1' as never }), /value is not/],
    ['an infinite gain', () => new Identity({ gain: Number.POSITIVE_INFINITY }), /gain is not/],
    ['a gain of NaN', () => new Orthogonal({ gain: Number.NaN }), /gain is not/],
    [
      'a negative deviation',
      () => new RandomNormal({ stddev: -1 }),
      /stddev is not a finite number of at least 0/,
    ],
    ['an infinite mean', () => new TruncatedNormal({ mean: Number.NEGATIVE_INFINITY }), /mean is not/],
    [
      'bounds in the wrong order',
      () => new RandomUniform({ minval: 1, maxval: 0 }),
      /minval is above maxval/,
    ],
    ['a scale of 0', () => new VarianceScaling({ scale: 0 }), /scale is not a finite number above 0/],
    ['an unknown mode', () => new VarianceScaling({ mode: 'fan_in' as never }), /unknown mode[\s\S]*"fanIn"/],
    [
      'a distribution',
      () => new VarianceScaling({ distribution: 'normal' as never }),
      /unknown distribution/,
    ],
    ['axes of inputs alone', () => new VarianceScaling({ inputAxes: [0] }), /not given together/],
    [
      'axes of fractions',
      () => new VarianceScaling({ inputAxes: [0.5], outputAxes: [1] }),
      /inputAxes is not a list/,
    ],
    [
      'a seed of a derived class',
      () => new initializers.GlorotUniform({ seed: -1 }),
      /^GlorotUniform: seed is not/,
    ],
    ['a number', () => new Constant(3 as never), /options are not an object/],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(ArgumentError)
    expect(make).toThrow(message)
  })

  test('of axes that the weight does not have', () => {
    const initializer = new initializers.HeNormal({ inputAxes: [0], outputAxes: [2] })
    expect(() => initializer.apply([2, 3])).toThrow(ShapeError)
  })
})

describe('files', () => {
  test('hold a gain of the identity only where it is not 1', () => {
    expect(new initializers.Identity().getConfig()).toEqual({})
    const config = new initializers.Identity({ gain: 3 }).getConfig()
    expect(initializers.Identity.fromConfig(config).gain).toBe(3)
  })

  test('hold all options', () => {
    const config = {
      seed: 4,
      scale: 2,
      mode: 'fan_avg',
      distribution: 'untruncated_normal',
      input_axes: [0],
      output_axes: [1, 2],
    }
    expect(initializers.VarianceScaling.fromConfig(config).getConfig()).toEqual(config)
    const { seed, input_axes, output_axes } = config
    const fans = { seed, input_axes, output_axes }
    expect(initializers.HeUniform.fromConfig(fans).getConfig()).toEqual(fans)
  })

  test('of Keras 2 name the truncated distribution normal', () => {
    expect(initializers.VarianceScaling.fromConfig({ distribution: 'normal' }).distribution).toBe(
      'truncatedNormal',
    )
  })

  test.each([
    [{ class_name: 'Constant', config: { value: 'x' } }, /finite number/],
    [{ class_name: 'RandomNormal', config: { seed: 1.5 } }, /whole number/],
    [{ class_name: 'VarianceScaling', config: { mode: 'fanIn' } }, /"fan_in"/],
    [{ class_name: 'HeNormal', config: { scale: 2 } }, /unknown entry "scale"/],
    [{ class_name: 'Zeroes', config: {} }, /did you mean Zeros/],
    ['glorot', /unknown initializer "glorot"/],
    [[1], /not the description/],
  ])('refuse %j', (json, message) => {
    expect(() => initializers.deserialize(json)).toThrow(SerializationError)
    expect(() => initializers.deserialize(json)).toThrow(message)
  })

  test('hold null', () => {
    expect(initializers.serialize(null)).toBeNull()
    expect(initializers.deserialize(null)).toBeNull()
    expect(() => initializers.serialize({} as never)).toThrow(SerializationError)
  })
})

describe('get', () => {
  test.each([
    ['glorotUniform', initializers.GlorotUniform],
    ['glorot_uniform', initializers.GlorotUniform],
    ['GlorotUniform', initializers.GlorotUniform],
    ['zeros', initializers.Zeros],
    ['zero', initializers.Zeros],
    ['ones', initializers.Ones],
    ['one', initializers.Ones],
    ['normal', initializers.RandomNormal],
    ['uniform', initializers.RandomUniform],
    ['IdentityInitializer', initializers.Identity],
    ['OrthogonalInitializer', initializers.Orthogonal],
    ['heNormal', initializers.HeNormal],
    ['lecun_uniform', initializers.LecunUniform],
    ['truncatedNormal', initializers.TruncatedNormal],
    ['variance_scaling', initializers.VarianceScaling],
  ])('%s', (name, Class) => {
    expect(initializers.get(name)).toBeInstanceOf(Class)
  })

  test('an object, one of your own, null', () => {
    const own = { apply: (): Tensor => new initializers.Ones().apply([1]), getConfig: () => ({}) }
    expect(initializers.get(own)).toBe(own)
    expect(initializers.get(null)).toBeNull()
  })

  test.each([
    ['glorotUnifrom', /did you mean 'glorotUniform'\?/],
    [initializers.Zeros, /this is no initializer[\s\S]*new …\(\)/],
    [0, /this is no initializer/],
    [{ apply: () => 0 }, /this is no initializer/],
  ])('refuses %j', (identifier, message) => {
    expect(() => initializers.get(identifier as never)).toThrow(ArgumentError)
    expect(() => initializers.get(identifier as never)).toThrow(message)
  })

  test.each(hostileNames.map((name) => [name]))('refuses the name %.20s', (name) => {
    expect(() => initializers.get(name)).toThrow(ArgumentError)
    expect(() => initializers.deserialize({ class_name: name, config: {} })).toThrow(SerializationError)
  })
})
