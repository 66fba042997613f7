import {
  ArgumentError,
  type Config,
  memory,
  SerializationError,
  ShapeError,
  setBackend,
  tensor,
  zeros,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { hostileNames } from '../../fixtures/hostile-names.ts'
import { configs } from '../../fixtures/keras.ts'
import { Constant } from '../initializers/index.ts'
import { Dense } from '../layers/index.ts'
import { Sequential } from '../models/sequential.ts'
import { PlainSGD } from '../testing/plain-sgd.ts'
import * as constraints from './index.ts'

setBackend(referenceBackend())

const weight = [
  [1, -2, 0],
  [3, 0.5, 0],
]

describe('values are Keras’s', () => {
  const { MaxNorm, MinMaxNorm, NonNeg, UnitNorm } = constraints
  test.each<[string, constraints.Constraint, number[][]]>([
    [
      'MaxNorm',
      new MaxNorm({ maxValue: 2 }),
      [
        [0.6324555277824402, -1.940285086631775, 0],
        [1.8973665237426758, 0.4850712716579437, 0],
      ],
    ],
    [
      'MaxNorm along rows',
      new MaxNorm({ axis: 1 }),
      [
        [0.8944271802902222, -1.7888543605804443, 0],
        [1.972787857055664, 0.32879796624183655, 0],
      ],
    ],
    [
      'MaxNorm of everything',
      new MaxNorm({ maxValue: 2, axis: [0, 1] }),
      [
        [0.5298129320144653, -1.0596258640289307, 0],
        [1.589438796043396, 0.26490646600723267, 0],
      ],
    ],
    [
      'NonNeg',
      new NonNeg(),
      [
        [1, 0, 0],
        [3, 0.5, 0],
      ],
    ],
    [
      'UnitNorm',
      new UnitNorm(),
      [
        [0.3162277638912201, -0.9701425433158875, 0],
        [0.9486832618713379, 0.24253563582897186, 0],
      ],
    ],
    [
      'UnitNorm along rows',
      new UnitNorm({ axis: -1 }),
      [
        [0.4472135901451111, -0.8944271802902222, 0],
        [0.9863938689231873, 0.16439898312091827, 0],
      ],
    ],
    [
      'MinMaxNorm at a rate',
      new MinMaxNorm({ minValue: 0.5, maxValue: 2, rate: 0.7 }),
      [
        [0.7427188754081726, -1.9581995010375977, 0],
        [2.228156566619873, 0.4895498752593994, 0],
      ],
    ],
    [
      'MinMaxNorm along rows',
      new MinMaxNorm({ minValue: 1, maxValue: 2.5, axis: 1 }),
      [
        [1, -2, 0],
        [2.46598482131958, 0.4109974503517151, 0],
      ],
    ],
  ])('%s', (_, constraint, expected) => {
    using x = tensor(weight)
    const before = memory().tensors
    using allowed = constraint.apply(x)
    expect(memory().tensors).toBe(before + 1)
    expect(allowed.arraySync()).toEqual(expected.map((row) => row.map((value) => expect.closeTo(value, 6))))
    expect(x.arraySync()).toEqual(weight)
  })

  test('of the kernel of a convolution: one norm for each output', () => {
    using x = tensor([[[[3, 0.1]], [[4, 0.2]]]])
    using allowed = new MaxNorm({ maxValue: 1, axis: [0, 1, 2] }).apply(x)
    expect(Array.from(allowed.dataSync())).toEqual(
      [0.6, 0.1, 0.8, 0.2].map((value) => expect.closeTo(value, 6)),
    )
  })

  test('a norm below its minimum grows to it', () => {
    using x = tensor([[0.3], [0.4]])
    using allowed = new MinMaxNorm({ minValue: 2, maxValue: 3 }).apply(x)
    expect(Array.from(allowed.dataSync())).toEqual([expect.closeTo(1.2, 5), expect.closeTo(1.6, 5)])
  })

  test('keep the dtype', () => {
    using x = tensor(weight, { dtype: 'float64' })
    for (const constraint of [new MaxNorm(), new MinMaxNorm({ rate: 0.5 }), new NonNeg(), new UnitNorm()]) {
      using allowed = constraint.apply(x)
      expect(allowed.dtype).toBe('float64')
    }
  })
})

test('is applied after the step', async () => {
  const model = new Sequential([
    new Dense({
      units: 1,
      inputShape: [1],
      kernelInitializer: new Constant({ value: 0.5 }),
      kernelConstraint: 'nonNeg',
      biasConstraint: new constraints.MaxNorm({ maxValue: 0.25 }),
    }),
  ])
  model.compile({ optimizer: new PlainSGD(1), loss: 'mse' })
  // Both gradients are 2 · (0.5 + 1) = 3: the step alone gives −2.5 and −3.
  await model.fit([[1]], [[-1]], { verbose: 0 })
  expect(model.weights.map((each) => each.dataSync()[0])).toEqual([0, expect.closeTo(-0.25, 6)])
  model.dispose()
})

describe('options', () => {
  const { MaxNorm, MinMaxNorm, NonNeg, UnitNorm } = constraints
  test.each<[string, () => unknown, RegExp]>([
    ['a negative norm', () => new MaxNorm({ maxValue: -1 }), /maxValue is not a finite number of at least 0/],
    ['a norm of NaN', () => new MinMaxNorm({ minValue: Number.NaN }), /minValue is not/],
    [
      'bounds in the wrong order',
      () => new MinMaxNorm({ minValue: 2, maxValue: 1 }),
      /minValue is above maxValue/,
    ],
    ['a rate above 1', () => new MinMaxNorm({ rate: 1.5 }), /rate is not a number from 0 to 1/],
    ['a fraction as axis', () => new UnitNorm({ axis: 0.5 }), /axis is neither/],
    ['no axis', () => new UnitNorm({ axis: [] }), /axis is neither/],
    ['a text as axis', () => new MaxNorm({ axis: [0, '1'] as never }), /axis is neither/],
    [
      'an option of another class',
      () => new NonNeg({ axis: 0 } as never),
      /unknown option "axis"[\s\S]*no options/,
    ],
    ['a number', () => new MaxNorm(2 as never), /options are not an object/],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(ArgumentError)
    expect(make).toThrow(message)
  })

  test('axes are copied', () => {
    const axis = [0, 1]
    const constraint = new UnitNorm({ axis })
    axis.pop()
    expect(constraint.axis).toEqual([0, 1])
  })
})

test('a weight without the axis is refused, and leaves nothing', () => {
  using x = zeros([3])
  const before = memory().tensors
  expect(() => new constraints.MaxNorm({ axis: 1 }).apply(x)).toThrow(ShapeError)
  expect(() => new constraints.UnitNorm({ axis: [0, 2] }).apply(x)).toThrow(ShapeError)
  expect(() => new constraints.NonNeg().apply([1] as never)).toThrow(ArgumentError)
  expect(memory().tensors).toBe(before)
})

describe('files', () => {
  test.each(configs.constraints)('$class $arguments as Keras writes it', (entry) => {
    const constraint = constraints.deserialize({ class_name: entry.class, config: entry.arguments })!
    expect(constraint.getConfig()).toEqual(entry.config)
    const copy = constraints.deserialize(JSON.parse(JSON.stringify(constraints.serialize(constraint))))
    expect(constraints.serialize(copy)).toEqual({
      module: 'keras.constraints',
      class_name: entry.class,
      config: entry.config,
      registered_name: null,
    })
  })

  test('hold several axes, and null', () => {
    const config = { max_value: 2, axis: [0, 1] }
    expect(constraints.deserialize({ class_name: 'MaxNorm', config })!.getConfig()).toEqual(config)
    expect(constraints.serialize(null)).toBeNull()
    expect(constraints.deserialize(null)).toBeNull()
  })

  test.each([
    [{ class_name: 'MaxNorm', config: { max_values: 2 } }, /did you mean max_value\?/],
    [{ class_name: 'UnitNorm', config: { axis: '0' } }, /whole number/],
    [{ class_name: 'UnitNorm', config: { axis: [0.5] } }, /whole numbers/],
    [{ class_name: 'Norm', config: {} }, /unknown constraint class "Norm"/],
  ])('refuse %j', (json, message) => {
    expect(() => constraints.deserialize(json)).toThrow(SerializationError)
    expect(() => constraints.deserialize(json)).toThrow(message)
  })
})

describe('get', () => {
  test.each<[string, Config]>([
    ['maxNorm', { max_value: 2, axis: 0 }],
    ['max_norm', { max_value: 2, axis: 0 }],
    ['minMaxNorm', { min_value: 0, max_value: 1, rate: 1, axis: 0 }],
    ['min_max_norm', { min_value: 0, max_value: 1, rate: 1, axis: 0 }],
    ['nonNeg', {}],
    ['non_neg', {}],
    ['unitNorm', { axis: 0 }],
    ['UnitNorm', { axis: 0 }],
  ])('%s', (name, config) => {
    expect(constraints.get(name).getConfig()).toEqual(config)
  })

  test.each([
    ['maxnorms', /did you mean 'maxNorm'\?/],
    [constraints.NonNeg, /this is no constraint[\s\S]*new …\(\)/],
    [{ apply: () => 0 }, /this is no constraint/],
  ])('refuses %j', (identifier, message) => {
    expect(() => constraints.get(identifier as never)).toThrow(ArgumentError)
    expect(() => constraints.get(identifier as never)).toThrow(message)
  })

  test.each(hostileNames.map((name) => [name]))('refuses the name %.20s', (name) => {
    expect(() => constraints.get(name)).toThrow(ArgumentError)
    expect(() => constraints.deserialize({ class_name: name, config: {} })).toThrow(SerializationError)
  })
})
