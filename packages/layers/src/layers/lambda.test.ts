import {
  ArgumentError,
  concat,
  l2Normalize,
  logicalNot,
  mean,
  mul,
  neg,
  notEqual,
  ones,
  relu,
  SerializationError,
  ShapeError,
  setBackend,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { input } from '../engine/input-layer.ts'
import { getMask } from '../engine/masks.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { Sequential } from '../models/sequential.ts'
import { loadModel } from '../saving/load-model.ts'
import { saveModel } from '../saving/save-model.ts'
import { registerSerializable } from '../saving/serializable.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { Lambda, type LambdaArguments, type LambdaMask, type LambdaOptions } from './lambda.ts'

setBackend(referenceBackend())

const named = { package: 'lambda.test' } as const

/** Both halves of a centred, normalised sample: what a rectifier keeps, and what it would throw away. */
function antirectifier(x: Tensor): Tensor {
  const normalised = l2Normalize(sub(x, mean(x, { axis: 1, keepDims: true })), { axis: 1 })
  return concat([relu(normalised), relu(neg(normalised))], { axis: 1 })
}
function antirectifierShape([batch, size]: SymbolicShape): SymbolicShape {
  return [batch ?? null, 2 * size!]
}
function times(x: Tensor, { factor }: LambdaArguments): Tensor {
  return mul(x, factor as number)
}
function passMask(_x: Tensor, mask: Tensor | null): Tensor | null {
  return mask
}
for (const f of [antirectifier, antirectifierShape, times, passMask]) registerSerializable(f, named)

describe('does what every layer must do', () => {
  test('with a shape that is found by calling', async () => {
    await runLayerTest(() => new Lambda({ function: times, arguments: { factor: 3 } }), {
      inputShape: [2, 3],
      outputShape: [2, 3],
      mask: 'dropped',
    })
  })

  test('with functions for the shape and the mask', async () => {
    const options = { function: antirectifier, outputShape: antirectifierShape, mask: passMask }
    await runLayerTest(() => new Lambda(options), { inputShape: [3, 4], outputShape: [3, 8], mask: 'passes' })
  })

  test('with a shape', async () => {
    await runLayerTest(() => new Lambda({ function: antirectifier, outputShape: [8] }), {
      inputShape: [2, 4],
      outputShape: [2, 8],
      mask: 'dropped',
    })
  })
})

describe('values', () => {
  test('x²', () => {
    const layer = new Lambda({ function: (x) => square(x) })
    expect(layer.apply(tensor([[1, -2, 3]])).arraySync()).toEqual([[1, 4, 9]])
  })

  test('the antirectifier', () => {
    const model = new Sequential([
      new Lambda({ function: antirectifier, outputShape: antirectifierShape, inputShape: [2] }),
    ])
    expect(model.outputShape).toEqual([null, 4])
    const y = model.apply(tensor([[1, 3]])).dataSync()
    ;[0, Math.SQRT1_2, Math.SQRT1_2, 0].forEach((value, i) => expect(y[i]).toBeCloseTo(value, 6))
  })

  test('the function gets the arguments, the mask and training', () => {
    const seen: LambdaArguments[] = []
    const layer = new Lambda({
      function: (x, args) => {
        seen.push(args)
        return mul(x, 1)
      },
      arguments: { factor: 2 },
      mask: passMask,
    })
    const mask = tensor([true, false])
    layer.apply(ones([2, 1]), { training: true, mask })
    layer.apply(ones([2, 1]))
    expect(seen[0]).toEqual({ factor: 2, training: true, mask })
    expect(seen[1]).toEqual({ factor: 2, training: false, mask: null })
    expect(layer.arguments).toEqual({ factor: 2 })
  })

  test('changing the arguments that were passed changes nothing', () => {
    const given = { factor: 2 }
    const layer = new Lambda({ function: times, arguments: given })
    given.factor = 5
    expect(layer.apply(tensor([1])).arraySync()).toEqual([2])
  })

  test('an output that is the input is another handle', () => {
    const x = tensor([1, 2])
    new Lambda({ function: (same) => same }).apply(x).dispose()
    expect(x.disposed).toBe(false)
  })
})

describe('shapes', () => {
  const half = (x: Tensor): Tensor => sum(x, { axis: -1 })

  test.each<[string, LambdaOptions['outputShape'], SymbolicShape]>([
    ['are found by calling', null, [null, null]],
    ['are those given, without the batch', [7], [null, 7]],
    ['come from a function of the whole shape', ([batch]) => [batch!, 9], [null, 9]],
  ])('%s', (_, outputShape, expected) => {
    const layer = new Lambda({ function: half, outputShape: outputShape ?? null })
    expect(layer.apply(input({ shape: [null, 4] })).shape).toEqual(expected)
  })

  test('a function that fails on zeros says so, and what helps', () => {
    const layer = new Lambda({
      name: 'lambda',
      function: () => {
        throw new ShapeError('not this one', { op: 'mine' })
      },
    })
    expect(() => layer.apply(input({ shape: [3] }))).toThrow(/not this one[\s\S]*in: Lambda "lambda"/)
  })
})

describe('masks', () => {
  const mask = tensor([[true, false]])
  const apply = (given: LambdaOptions['mask'], onLostMask: 'warn' | 'throw' = 'throw'): Tensor | null =>
    getMask(
      new Lambda({ function: (x) => mul(x, 1), mask: given ?? null, onLostMask }).apply(ones([1, 2, 3]), {
        mask,
      }),
    )

  test('a function of the input and its mask computes it', () => {
    const inverse: LambdaMask = (_, given) => given && logicalNot(given)
    expect(apply(inverse)?.arraySync()).toEqual([[false, true]])
    expect(apply((x) => notEqual(sum(x, { axis: -1 }), 3))?.arraySync()).toEqual([[false, false]])
  })

  test('a tensor is it', () => {
    expect(apply(tensor([[false, false]]))?.arraySync()).toEqual([[false, false]])
  })

  test('without one, a mask that comes is lost', () => {
    expect(() => apply(null)).toThrow(/cannot hand it on/)
  })

  test('of another shape are refused', () => {
    expect(() => apply(tensor([true, true, true]))).toThrow(ShapeError)
  })
})

describe('saving', () => {
  test('functions are saved by the names under which they are registered', async () => {
    const model = new Sequential([
      new Lambda({ function: times, outputShape: [2], arguments: { factor: 4 }, inputShape: [2] }),
    ])
    const [, layer] = (model.getConfig()['layers'] as { config: object }[]).map(({ config }) => config)
    expect(layer).toMatchObject({
      function: { class_name: 'function', config: 'lambda.test>times', registered_name: 'lambda.test>times' },
      output_shape: [2],
      arguments: { factor: 4 },
    })
    const copy = await loadModel(await saveModel(model))
    expect(copy.apply(tensor([[1, 2]])).arraySync()).toEqual([[4, 8]])
  })

  test.each<[string, Partial<LambdaOptions>, RegExp]>([
    ['function', {}, /the function is a function that files cannot name[\s\S]*registerSerializable/],
    ['output shape', { function: antirectifier, outputShape: (shape) => shape }, /outputShape/],
    ['mask', { function: antirectifier, mask: (_, mask) => mask }, /mask/],
    [
      'mask tensor',
      { function: antirectifier, mask: tensor([true]) },
      /a mask that is a tensor cannot be saved/,
    ],
    [
      'argument',
      { function: antirectifier, arguments: { factor: new Date() } },
      /argument factor cannot be saved/,
    ],
  ])('an unregistered %s is an error', async (_, options, message) => {
    const model = new Sequential([new Lambda({ function: (x) => x, inputShape: [1], ...options })])
    await expect(saveModel(model)).rejects.toThrow(SerializationError)
    await expect(saveModel(model)).rejects.toThrow(message)
  })

  test('a file cannot name what is not registered', () => {
    for (const name of ['lambda.test>unknown', 'Function', 'eval', 'constructor', '__proto__'])
      expect(() => Lambda.fromConfig({ function: name })).toThrow(SerializationError)
    const code = { class_name: '__lambda__', config: { value: '() => 1' } }
    expect(() => Lambda.fromConfig({ function: code })).toThrow(SerializationError)
  })
})

describe('errors', () => {
  test.each([
    [{} as LambdaOptions, /function is not a function/],
    [{ function: 'square' } as unknown as LambdaOptions, /function: "square"/],
    [{ function: times, outputShape: 'same' } as unknown as LambdaOptions, /outputShape is neither/],
    [{ function: times, mask: true } as unknown as LambdaOptions, /mask is neither/],
    [{ function: times, argument: {} } as unknown as LambdaOptions, /did you mean arguments\?/],
    [{ function: times, arguments: 3 } as unknown as LambdaOptions, /arguments are not an object/],
  ])('in the options %j', (options, message) => {
    expect(() => new Lambda(options)).toThrow(ArgumentError)
    expect(() => new Lambda(options)).toThrow(message)
  })

  test('a result that is no tensor', () => {
    const layer = new Lambda({ function: (() => 3) as unknown as LambdaOptions['function'] })
    expect(() => layer.apply(ones([1]))).toThrow(/not a tensor/)
  })
})
