import {
  ArgumentError,
  checkGradients,
  leakyRelu,
  memory,
  mul,
  SerializationError,
  setBackend,
  silu,
  type Tensor,
  tensor,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { hostileNames } from '../../fixtures/hostile-names.ts'
import { Dense } from '../layers/index.ts'
import { registerSerializable } from '../saving/serializable.ts'
import * as activations from './index.ts'

setBackend(referenceBackend())

const x = [-3, -2, -1, 0, 1, 2, 3]

/** What Keras 3.16 gives for x. */
const values: Readonly<Record<activations.ActivationName, readonly number[]>> = {
  celu: [-0.9502129, -0.86466473, -0.63212055, 0, 1, 2, 3],
  elu: [-0.9502129, -0.86466473, -0.63212055, 0, 1, 2, 3],
  exponential: [0.049787067, 0.13533528, 0.36787942, 1, Math.E, 7.3890557, 20.085537],
  gelu: [-0.0040496886, -0.045500278, -0.15865526, 0, 0.84134471, 1.9544997, 2.9959502],
  // Of the first six.
  glu: [-1.5, -1.4621172, -0.88079703],
  hardShrink: [-3, -2, -1, 0, 1, 2, 3],
  hardSigmoid: [0, 0.16666666, 0.33333331, 0.5, 0.66666669, 0.83333337, 1],
  // Keras 2.2.4: clip(0.2 x + 0.5, 0, 1).
  hardSigmoidKeras2: [0, 0.1, 0.3, 0.5, 0.7, 0.9, 1],
  hardSilu: [0, -0.33333331, -0.33333331, 0, 0.66666669, 1.6666667, 3],
  hardSwish: [0, -0.33333331, -0.33333331, 0, 0.66666669, 1.6666667, 3],
  hardTanh: [-1, -1, -1, 0, 1, 1, 1],
  leakyRelu: [-0.60000002, -0.40000001, -0.2, 0, 1, 2, 3],
  linear: x,
  logSigmoid: [-3.0485873, -2.1269281, -1.3132617, -Math.LN2, -0.31326169, -0.126928, -0.048587352],
  logSoftmax: [-6.4577627, -5.4577627, -4.4577627, -3.4577627, -2.4577627, -1.4577628, -0.45776281],
  mish: [-0.14564747, -0.25250146, -0.30340147, 0, 0.86509842, 1.9439589, 2.9865351],
  relu: [0, 0, 0, 0, 1, 2, 3],
  relu6: [0, 0, 0, 0, 1, 2, 3],
  selu: [-1.6705687, -1.5201665, -1.1113307, 0, 1.050701, 2.101402, 3.1521029],
  sigmoid: [0.047425874, 0.11920293, 0.2689414, 0.5, 0.7310586, 0.88079703, 0.95257413],
  silu: [-0.14227763, -0.23840587, -0.2689414, 0, 0.7310586, 1.7615941, 2.8577223],
  softShrink: [-2.5, -1.5, -0.5, 0, 0.5, 1.5, 2.5],
  softmax: [0.0015683003, 0.0042630821, 0.01158826, 0.031500153, 0.085626297, 0.23275639, 0.63269752],
  softplus: [0.048587352, 0.126928, 0.31326169, Math.LN2, 1.3132617, 2.1269281, 3.0485873],
  softsign: [-0.75, -0.66666669, -0.5, 0, 0.5, 0.66666669, 0.75],
  sparsePlus: [0, 0, 0, 0.25, 1, 2, 3],
  sparseSigmoid: [0, 0, 0, 0.5, 1, 1, 1],
  sparsemax: [0, 0, 0, 0, 0, 0, 1],
  squareplus: [0.30277562, 0.41421354, 0.61803401, 1, 1.618034, 2.4142137, 3.3027756],
  swish: [-0.14227763, -0.23840587, -0.2689414, 0, 0.7310586, 1.7615941, 2.8577223],
  tanh: [-0.99505478, -0.96402758, -0.76159418, 0, 0.76159418, 0.96402758, 0.99505478],
  tanhShrink: [-2.0049453, -1.0359724, -0.23840582, 0, 0.23840582, 1.0359724, 2.0049453],
  // Keras has no default; here it is 0, replaced by 0.
  threshold: [0, 0, 0, 0, 1, 2, 3],
}

const snakeCase = (name: string): string =>
  name.replace(/[A-Z]|2$/g, (part) => (/\d/.test(part) ? part : `_${part.toLowerCase()}`))

describe.each(Object.entries(values))('%s', (name, expected) => {
  test('gives what Keras’s gives, and leaves nothing else', () => {
    using input = tensor([name === 'glu' ? x.slice(0, 6) : x])
    const before = memory().tensors
    const output = activations.get(name)(input)
    expect(Array.from(output.dataSync())).toEqual(expected.map((value) => expect.closeTo(value, 5)))
    if (output !== input) output.dispose()
    expect(memory().tensors).toBe(before)
  })

  test('is found in both spellings and survives files', () => {
    const activation = activations.get(name)
    expect(activations.get(snakeCase(name))).toBe(activation)
    const json = activations.serialize(activation)
    expect(json).toMatch(/^[a-z0-9_]+$/)
    expect(activations.deserialize(json)).toBe(activation)
    const description = { module: 'builtins', class_name: 'function', config: json, registered_name: json }
    expect(activations.deserialize(description)).toBe(activation)
    expect(activations.get(description)).toBe(activation)
  })
})

test('files hold a function’s first name', () => {
  expect(activations.serialize(silu)).toBe('silu')
  expect(activations.serialize(activations.get('swish'))).toBe('silu')
  expect(activations.serialize(activations.get('hardSwish'))).toBe('hard_silu')
  expect(activations.serialize(leakyRelu)).toBe('leaky_relu')
  expect(activations.serialize(activations.hardSigmoidKeras2)).toBe('hard_sigmoid_keras2')
})

test('nothing is linear, which returns x itself', () => {
  expect(activations.get(null)).toBe(activations.linear)
  expect(activations.get(undefined)).toBe(activations.linear)
  expect(activations.deserialize(null)).toBe(activations.linear)
  using input = tensor(x)
  expect(activations.linear(input)).toBe(input)
})

test('any function of a tensor is one', () => {
  const double = (value: Tensor): Tensor => mul(value, 2)
  expect(activations.get(double)).toBe(double)
  expect(() => activations.serialize(double)).toThrow(SerializationError)
  expect(() => activations.serialize(double)).toThrow(/registerSerializable/)
  registerSerializable(double, { name: 'double', package: 'activations' })
  const json = activations.serialize(double)
  expect(json).toEqual({
    module: null,
    class_name: 'function',
    config: 'activations>double',
    registered_name: 'activations>double',
  })
  expect(activations.deserialize(JSON.parse(JSON.stringify(json)))).toBe(double)
  expect(activations.get('activations>double')).toBe(double)
})

test('those that are no ops have gradients of both orders', async () => {
  const input = tensor([-3, -1.2, 0.4, 2], { dtype: 'float64' })
  for (const activation of [activations.exponential, activations.hardSigmoidKeras2, activations.linear]) {
    await checkGradients((value) => mul(activation(value!), value!), [input], { order: 2 })
  }
})

test('hardSigmoidKeras2 has the limits of a sigmoid', () => {
  using input = tensor([Number.NEGATIVE_INFINITY, -1e30, 1e30, Number.POSITIVE_INFINITY, Number.NaN])
  using output = activations.hardSigmoidKeras2(input)
  expect(Array.from(output.dataSync())).toEqual([0, 0, 1, 1, Number.NaN])
})

describe('refused are', () => {
  test.each([
    ['rellu', /unknown activation[\s\S]*did you mean 'relu'\?/],
    ['leekyRelu', /did you mean 'leaky_relu'\?/],
    ['none of them', /registerSerializable/],
    [7, /a name or a function/],
    [{ class_name: 'Dense' }, /unknown activation/],
    [Dense, /a class is no function of a tensor/],
  ])('%j', (identifier, message) => {
    expect(() => activations.get(identifier as never)).toThrow(ArgumentError)
    expect(() => activations.get(identifier as never)).toThrow(message)
  })

  test.each([
    ['rellu', /did you mean 'relu'\?/],
    [3, /unknown activation/],
    [{ class_name: 'function', config: 'eval' }, /unknown activation/],
    [{ class_name: 'function' }, /not the name/],
    [['relu'], /unknown activation/],
  ])('in files, %j', (json, message) => {
    expect(() => activations.deserialize(json as never)).toThrow(SerializationError)
    expect(() => activations.deserialize(json as never)).toThrow(message)
  })

  test.each(hostileNames.map((name) => [name]))('the name %.20s', (name) => {
    expect(() => activations.get(name)).toThrow(ArgumentError)
    expect(() => activations.deserialize(name)).toThrow(SerializationError)
    expect(() => activations.deserialize({ class_name: 'function', config: name })).toThrow(
      SerializationError,
    )
  })
})
