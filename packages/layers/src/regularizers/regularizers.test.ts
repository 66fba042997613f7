import {
  ArgumentError,
  type Config,
  checkGradients,
  DTypeError,
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
import * as regularizers from './index.ts'

setBackend(referenceBackend())

const weight = [
  [1, -2, 0],
  [3, 0.5, 0],
]

describe('values are Keras’s', () => {
  test.each<[string, () => regularizers.Regularizer, number]>([
    ['L1', () => new regularizers.L1({ l1: 0.1 }), 0.65],
    ['L1 without options', () => new regularizers.L1(), 0.065],
    ['L2', () => new regularizers.L2({ l2: 0.1 }), 1.425],
    ['L2 without options', () => new regularizers.L2(), 0.1425],
    ['L1L2', () => new regularizers.L1L2({ l1: 0.1, l2: 0.2 }), 3.5],
    ['L1L2 with l1 only', () => new regularizers.L1L2({ l1: 0.1 }), 0.65],
    ['L1L2 with l2 only', () => new regularizers.L1L2({ l2: 0.1 }), 1.425],
    ['L1L2 without options', () => new regularizers.L1L2(), 0],
    ['rows', () => new regularizers.OrthogonalRegularizer({ factor: 0.5 }), 0.1470429003238678],
    [
      'columns',
      () => new regularizers.OrthogonalRegularizer({ factor: 0.5, mode: 'columns' }),
      0.012782749719917774,
    ],
  ])('%s', (_, make, expected) => {
    using x = tensor(weight)
    const regularizer = make()
    const before = memory().tensors
    using penalty = regularizer.apply(x)
    expect(memory().tensors).toBe(before + 1)
    expect([penalty.shape, penalty.dtype]).toEqual([[], 'float32'])
    expect(penalty.dataSync()[0]).toBeCloseTo(expected, 6)
  })

  test('of weights of any rank, in their dtype, and of none', () => {
    using x = tensor([[[1, -1]], [[2, 0]]], { dtype: 'float64' })
    using penalty = new regularizers.L1L2({ l1: 1, l2: 1 }).apply(x)
    expect([penalty.dtype, penalty.dataSync()[0]]).toEqual(['float64', 10])
    using nothing = new regularizers.L1L2().apply(x)
    expect(nothing.dtype).toBe('float64')
    using empty = zeros([0, 3])
    using none = new regularizers.L2().apply(empty)
    expect(none.dataSync()[0]).toBe(0)
  })

  test('a single row is orthogonal to all others', () => {
    using x = tensor([[1, 2]])
    using penalty = new regularizers.OrthogonalRegularizer().apply(x)
    expect(penalty.dataSync()[0]).toBe(0)
  })
})

test.each([
  new regularizers.L1({ l1: 0.3 }),
  new regularizers.L2({ l2: 0.3 }),
  new regularizers.L1L2({ l1: 0.3, l2: 0.7 }),
  new regularizers.OrthogonalRegularizer({ factor: 0.3 }),
  new regularizers.OrthogonalRegularizer({ factor: 0.3, mode: 'columns' }),
])('gradients of both orders, %o', async (regularizer) => {
  using x = tensor(
    [
      [1, -2, 0.4],
      [3, 0.5, -1],
    ],
    { dtype: 'float64' },
  )
  await checkGradients((w) => regularizer.apply(w!), [x], { order: 2 })
})

describe('options', () => {
  const { L1, L2, L1L2, OrthogonalRegularizer } = regularizers
  test.each<[string, () => unknown, RegExp]>([
    ['below 0', () => new L1({ l1: -1 }), /l1 is not a finite number of at least 0/],
    ['of NaN', () => new L2({ l2: Number.NaN }), /l2 is not/],
    ['of infinity', () => new L1L2({ l1: Number.POSITIVE_INFINITY }), /l1 is not/],
    ['of text', () => new L1L2({ l2: '0.1' as never }), /l2 is not/],
    ['of minus one', () => new OrthogonalRegularizer({ factor: -1 }), /factor is not/],
    ['of an unknown mode', () => new OrthogonalRegularizer({ mode: 'row' as never }), /"rows", "columns"/],
    ['with another name', () => new L1({ l2: 1 } as never), /unknown option "l2"[\s\S]*did you mean l1/],
    ['as a number', () => new L2(0.1 as never), /options are not an object/],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(ArgumentError)
    expect(make).toThrow(message)
  })

  test('a factor of 0 is one', () => {
    expect(new L1({ l1: 0 }).getConfig()).toEqual({ l1: 0 })
  })
})

describe('apply refuses', () => {
  test.each([regularizers.L1, regularizers.L2, regularizers.L1L2, regularizers.OrthogonalRegularizer])(
    'whole numbers and what is no tensor, %#',
    (Class) => {
      using x = tensor([[1]], { dtype: 'int32' })
      expect(() => new Class().apply(x)).toThrow(DTypeError)
      expect(() => new Class().apply(weight as never)).toThrow(/x is not a tensor/)
      expect(() => new Class().apply(undefined as never)).toThrow(ArgumentError)
    },
  )

  test('other shapes than a matrix’s, where angles count', () => {
    using x = zeros([2, 3, 4])
    expect(() => new regularizers.OrthogonalRegularizer().apply(x)).toThrow(ShapeError)
    expect(() => new regularizers.OrthogonalRegularizer().apply(x)).toThrow(/two axes/)
  })
})

describe('files', () => {
  test.each(configs.regularizers)('$class $arguments as Keras writes it', (entry) => {
    const regularizer = regularizers.deserialize({ class_name: entry.class, config: entry.arguments })!
    expect(regularizer.getConfig()).toEqual(singles(entry.config))
    const json = regularizers.serialize(regularizer)
    const copy = regularizers.deserialize(JSON.parse(JSON.stringify(json)))
    expect(regularizers.serialize(copy)).toEqual({
      module: 'keras.regularizers',
      class_name: entry.class,
      config: regularizer.getConfig(),
      registered_name: null,
    })
  })

  /** Keras keeps some factors in float32. */
  function singles(config: Config): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(config).map(([key, value]) => [
        key,
        typeof value === 'number' ? expect.closeTo(value, 7) : value,
      ]),
    )
  }

  test.each([
    [{ class_name: 'L1', config: { l2: 0.1 } }, /unknown entry "l2"/],
    [{ class_name: 'L1', config: { l1: null } }, /finite number/],
    [{ class_name: 'OrthogonalRegularizer', config: { mode: 'diagonal' } }, /"rows"/],
    [{ class_name: 'L3', config: {} }, /unknown regularizer class "L3"/],
  ])('refuse %j', (json, message) => {
    expect(() => regularizers.deserialize(json)).toThrow(SerializationError)
    expect(() => regularizers.deserialize(json)).toThrow(message)
  })

  test('hold null', () => {
    expect(regularizers.serialize(null)).toBeNull()
    expect(regularizers.deserialize(null)).toBeNull()
    expect(() => regularizers.serialize({} as never)).toThrow(SerializationError)
  })
})

describe('get', () => {
  test.each<[string, Config]>([
    ['l1', { l1: 0.01 }],
    ['l2', { l2: 0.01 }],
    ['L2', { l2: 0.01 }],
    // Keras 2's name has factors; the class's own name means the class's defaults, in Keras 3 as well.
    ['l1_l2', { l1: 0.01, l2: 0.01 }],
    ['l1L2', { l1: 0.01, l2: 0.01 }],
    ['l1l2', { l1: 0, l2: 0 }],
    ['orthogonalRegularizer', { factor: 0.01, mode: 'rows' }],
    ['orthogonal_regularizer', { factor: 0.01, mode: 'rows' }],
  ])('%s', (name, config) => {
    expect(regularizers.get(name).getConfig()).toEqual(config)
  })

  test('an object, null or a description', () => {
    const own = new regularizers.L1()
    expect(regularizers.get(own)).toBe(own)
    expect(regularizers.get(null)).toBeNull()
    expect(regularizers.get({ class_name: 'L1', config: { l1: 0.5 } }).getConfig()).toEqual({ l1: 0.5 })
  })

  test.each([
    ['l3', /unknown regularizer "l3"[\s\S]*did you mean/],
    [regularizers.L1, /this is no regularizer[\s\S]*new …\(\)/],
    [0.01, /this is no regularizer/],
    [{ apply: () => 0 }, /this is no regularizer/],
  ])('refuses %j', (identifier, message) => {
    expect(() => regularizers.get(identifier as never)).toThrow(ArgumentError)
    expect(() => regularizers.get(identifier as never)).toThrow(message)
  })

  test.each(hostileNames.map((name) => [name]))('refuses the name %.20s', (name) => {
    expect(() => regularizers.get(name)).toThrow(ArgumentError)
    expect(() => regularizers.deserialize({ class_name: name, config: {} })).toThrow(SerializationError)
  })
})
