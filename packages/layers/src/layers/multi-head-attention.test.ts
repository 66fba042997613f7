import {
  ArgumentError,
  checkGradients,
  memory,
  ones,
  random,
  reshape,
  ShapeError,
  setBackend,
  slice,
  type Tensor,
  tensor,
  transpose,
  UnsupportedError,
  zeros,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import { getMask } from '../engine/masks.ts'
import { runMergingTest } from '../testing/run-merging-test.ts'
import { attendInLoops, type Matrix } from './attention-test-cases.ts'
import { MultiHeadAttention } from './multi-head-attention.ts'
import type { MultiHeadAttentionOptions } from './multi-head-options.ts'

setBackend(referenceBackend())

const base: MultiHeadAttentionOptions = { numHeads: 2, keyDim: 3 }
const draw = (...shape: number[]): Tensor => random.normal(shape, { generator: new random.Generator(3) })

function expectClose(actual: Tensor, expected: readonly number[]): void {
  expect(actual.size).toBe(expected.length)
  actual.dataSync().forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4))
}

/** A layer with random weights, biases included. */
function built(
  options: MultiHeadAttentionOptions,
  shapes: readonly (readonly number[])[],
): MultiHeadAttention {
  const layer = new MultiHeadAttention(options)
  layer.build(shapes)
  layer.setWeights(layer.weights.map((weight) => random.normal(weight.shape)))
  return layer
}

test.each<[MultiHeadAttentionOptions, number[][], number[], number, number]>([
  [
    base,
    [
      [2, 3, 4],
      [2, 2, 5],
    ],
    [2, 3, 4],
    8,
    0,
  ],
  [
    { ...base, valueDim: 2, outputShape: 5, useBias: false },
    [
      [2, 3, 4],
      [2, 2, 5],
      [2, 2, 3],
    ],
    [2, 3, 5],
    4,
    0,
  ],
  [
    { ...base, outputShape: [2, 3], useGate: true, slidingWindow: 1 },
    [
      [1, 2, 3],
      [1, 2, 3],
    ],
    [1, 2, 2, 3],
    10,
    0,
  ],
  [
    { ...base, kernelRegularizer: 'l2', activityRegularizer: 'l1' },
    [
      [2, 3, 4],
      [2, 2, 5],
    ],
    [2, 3, 4],
    8,
    8,
  ],
])('%j does what every layer must do', async (options, inputShapes, outputShape, weights, penalties) => {
  await runMergingTest(() => new MultiHeadAttention(options), {
    inputShapes,
    outputShape,
    mask: 'passes',
    trainableWeights: weights,
    penalties,
  })
})

/** A layer of two heads in plain loops over one sample; `weights` are those of its projections. */
function inLoops(
  layer: MultiHeadAttention,
  [query, value, key]: readonly [Matrix, Matrix, Matrix],
  allowed: (query: number, key: number) => boolean,
): { readonly output: Matrix; readonly weights: readonly Matrix[] } {
  const values = (dense: MultiHeadAttention['queryDense'], which: 'kernel' | 'bias'): number[] => [
    ...(dense![which]?.dataSync() ?? []),
  ]
  const project = (
    x: Matrix,
    dense: MultiHeadAttention['queryDense'],
    head: number,
    size: number,
  ): Matrix => {
    const [kernel, bias] = [values(dense, 'kernel'), values(dense, 'bias')]
    return x.map((row) =>
      Array.from({ length: size }, (_, j) =>
        row.reduce(
          (total, each, i) => total + each * kernel[(i * layer.numHeads + head) * size + j]!,
          bias[head * size + j] ?? 0,
        ),
      ),
    )
  }
  const heads = Array.from({ length: layer.numHeads }, (_, head) => {
    const q = project(query, layer.queryDense, head, layer.keyDim)
    const read = attendInLoops(
      q,
      project(key, layer.keyDense, head, layer.keyDim),
      project(value, layer.valueDense, head, layer.valueDim),
      (a, b) => a.reduce((total, each, i) => total + each * b[i]!, 0) / Math.sqrt(layer.keyDim),
      allowed,
    )
    if (layer.gateDense === null) return read
    const gate = project(query, layer.gateDense, head, layer.valueDim)
    const gated = read.output.map((row, i) => row.map((each, j) => each / (1 + Math.exp(-gate[i]![j]!))))
    return { ...read, output: gated }
  })
  const [kernel, bias] = [values(layer.outputDense, 'kernel'), values(layer.outputDense, 'bias')]
  const size = kernel.length / (layer.numHeads * layer.valueDim)
  const output = query.map((_, row) =>
    Array.from({ length: size }, (_, j) =>
      heads.reduce(
        (total, head, h) =>
          head.output[row]!.reduce(
            (sum, each, i) => sum + each * kernel[(h * layer.valueDim + i) * size + j]!,
            total,
          ),
        bias[j] ?? 0,
      ),
    ),
  )
  return { output, weights: heads.map((head) => head.weights) }
}

const queryMask = [
  [true, true, false],
  [true, true, true],
]
const valueMask = [
  [true, false, true, true],
  [true, true, true, false],
]
const keyMask = [
  [true, true, false, true],
  [true, true, true, true],
]
const pairs = [
  [true, false, true, true],
  [true, true, false, true],
  [false, true, true, true],
]

describe('agrees with plain loops', () => {
  test.each<[string, MultiHeadAttentionOptions, { masks?: boolean; causal?: boolean; pairs?: boolean }]>([
    ['plainly', base, {}],
    ['with a causal mask', base, { causal: true }],
    ['with the masks of the inputs', { ...base, useBias: false }, { masks: true }],
    ['with a mask of pairs', { ...base, valueDim: 4 }, { pairs: true }],
    ['with a gate and all masks', { ...base, useGate: true }, { masks: true, causal: true, pairs: true }],
    ['with a window', { ...base, slidingWindow: 2, outputShape: 5 }, { masks: true }],
  ])('%s', (_, options, told) => {
    const inputs = [draw(2, 3, 4), draw(2, 4, 5), draw(2, 4, 2)] as const
    const layer = built(
      options,
      inputs.map((x) => x.shape),
    )
    const mask = told.masks ? [queryMask, valueMask, keyMask].map((each) => tensor(each)) : [null, null, null]
    const call = {
      mask,
      ...(told.causal ? { useCausalMask: true } : {}),
      ...(told.pairs ? { attentionMask: tensor(pairs) } : {}),
    }
    const { slidingWindow } = layer
    const [q, v, k] = inputs.map((x) => x.arraySync() as Matrix[]) as [Matrix[], Matrix[], Matrix[]]
    const expected = q.map((rows, b) =>
      inLoops(layer, [rows, v[b]!, k[b]!], (i, j) => {
        if (told.causal && j > i) return false
        if (told.pairs && !pairs[i]![j]) return false
        if (slidingWindow !== null && Math.abs(i - j) >= slidingWindow) return false
        return !told.masks || (queryMask[b]![i]! && valueMask[b]![j]! && keyMask[b]![j]!)
      }),
    )
    const outputs = expected.flatMap((each) => each.output.flat())
    const alone = layer.apply(inputs, call)
    expectClose(alone, outputs)
    const [output, weights] = layer.apply(inputs, { ...call, returnAttentionScores: true })
    expectClose(output, outputs)
    expect(weights.shape).toEqual([2, 2, 3, 4])
    expectClose(
      weights,
      expected.flatMap((each) => each.weights.flat(2)),
    )
    expect(getMask(output)).toBe(mask[0])
    expect(getMask(weights)).toBe(null)
  })
})

describe('along other axes', () => {
  const x = draw(2, 3, 4, 2)

  test('all by default: steps in rows and columns are those in one row', () => {
    const layer = built(base, [x.shape, x.shape])
    const flat = built(base, [
      [2, 12, 2],
      [2, 12, 2],
    ])
    flat.setWeights(layer.getWeights())
    const mask = tensor(
      Array.from({ length: 24 }, (_, i) => i % 5 !== 0),
      { shape: [2, 3, 4] },
    )
    const rows = tensor([[true, false, true]])
    const attentionMask = reshape(draw(12, 12), [3, 4, 3, 4])
    const some = tensor(
      attentionMask.dataSync().map((value) => (value > 0 ? 1 : 0)),
      { shape: [3, 4, 3, 4] },
    )
    const flatX = reshape(x, [2, 12, 2])
    const [y, weights] = layer.apply([x, x], {
      mask: [mask, rows],
      attentionMask: some,
      returnAttentionScores: true,
    })
    const flatRows = tensor(
      Array.from({ length: 12 }, (_, i) => Math.floor(i / 4) !== 1),
      { shape: [1, 12] },
    )
    const [expected, flatWeights] = flat.apply([flatX, flatX], {
      mask: [reshape(mask, [2, 12]), flatRows],
      attentionMask: reshape(some, [12, 12]),
      returnAttentionScores: true,
    })
    expect(y.shape).toEqual([2, 3, 4, 2])
    expect(weights.shape).toEqual([2, 2, 3, 4, 3, 4])
    expectClose(y, [...expected.dataSync()])
    expectClose(weights, [...flatWeights.dataSync()])
    expectClose(layer.apply([x, x]), [...flat.apply([flatX, flatX]).dataSync()])
  })

  test.each([1, 2, -2, -3])('axis %i: the others are like the batch', (attended) => {
    const axis = attended < 0 ? attended + 4 : attended
    const layer = built({ ...base, attentionAxes: attended }, [x.shape, x.shape])
    const other = 3 - axis
    const order = [0, other, axis, 3]
    const steps = x.shape[axis]!
    const single = built(base, [
      [2, steps, 2],
      [2, steps, 2],
    ])
    single.setWeights(layer.getWeights())
    const rowsOf = (t: Tensor): Tensor => reshape(transpose(t, order), [2 * x.shape[other]!, steps, 2])
    const whole = tensor(
      Array.from({ length: 24 }, (_, i) => i % 5 !== 0),
      { shape: [2, 3, 4] },
    )
    const rowMask = reshape(transpose(whole, order.slice(0, 3)), [2 * x.shape[other]!, steps])
    const told = { useCausalMask: true }
    const y = layer.apply([x, x], { ...told, mask: [null, whole] })
    const expected = single.apply([rowsOf(x), rowsOf(x)], { ...told, mask: [null, rowMask] })
    expectClose(rowsOf(y), [...expected.dataSync()])
    const shape = [2, x.shape[other]!, 2, steps, steps]
    expect(layer.apply([x, x], { returnAttentionScores: true })[1].shape).toEqual(shape)
    expect(layer.computeOutputShape([x.shape, x.shape], { returnAttentionScores: true })[1]).toEqual(shape)
  })

  test('there is no order of steps along several', () => {
    const layer = new MultiHeadAttention(base)
    expect(() => layer.apply([x, x], { useCausalMask: true })).toThrow(/no order of steps along several axes/)
    const windowed = new MultiHeadAttention({ ...base, slidingWindow: 2 })
    expect(() => windowed.apply([input({ shape: [3, 4, 2] }), input({ shape: [3, 4, 2] })])).toThrow(
      ArgumentError,
    )
  })
})

test('masks of pairs broadcast along the batch and the heads, and may be numbers', () => {
  const x = draw(2, 3, 4)
  const layer = built(base, [x.shape, x.shape])
  const causal = [
    [1, 0, 0],
    [1, 1, 0],
    [1, 1, 1],
  ]
  const expected = [...layer.apply([x, x], { useCausalMask: true }).dataSync()]
  for (const given of [causal, [causal], [[causal]], [[causal, causal]]]) {
    expectClose(layer.apply([x, x], { attentionMask: tensor(given as number[][][]) }), expected)
  }
  expectClose(layer.apply([x, x], { attentionMask: null }), [...layer.apply([x, x]).dataSync()])
})

test('later steps do not change what a causal layer says of earlier ones', () => {
  const layer = built(base, [
    [1, 4, 3],
    [1, 4, 3],
  ])
  const x = draw(1, 4, 3)
  const start = slice(x, [
    [0, 1],
    [0, 2],
  ])
  const whole = layer.apply([x, x], { useCausalMask: true })
  const first = layer.apply([start, start], { useCausalMask: true })
  expectClose(
    slice(whole, [
      [0, 1],
      [0, 2],
    ]),
    [...first.dataSync()],
  )
})

test('has the gradients of finite differences with masks, and when it returns its weights', async () => {
  const layer = built({ ...base, keyDim: 2, dtype: 'float64' }, [
    [1, 2, 2],
    [1, 3, 2],
  ])
  const dtype = 'float64' as const
  const inputs = [random.normal([1, 2, 2], { dtype }), random.normal([1, 3, 2], { dtype })]
  const mask = [null, tensor([[true, true, false]])]
  const attentionMask = tensor([
    [1, 0.5, 1],
    [0, 1, 1],
  ])
  await checkGradients((...given) => layer.apply(given, { mask, attentionMask }), inputs, { order: 2 })
  await checkGradients(
    (...given) => layer.apply(given, { attentionMask, returnAttentionScores: true })[1],
    inputs,
    { order: 2 },
  )
})

test('drops weights in training, which repeats with a seed', () => {
  const x = draw(2, 8, 4)
  const options = { ...base, dropout: 0.5, seed: 5 }
  const [first, second] = [built(options, [x.shape, x.shape]), built(options, [x.shape, x.shape])]
  second.setWeights(first.getWeights())
  const [a, b] = [first, second].map((layer) => layer.apply([x, x], { training: true }))
  expect(a!.arraySync()).toEqual(b!.arraySync())
  expect(first.apply([x, x], { training: true }).arraySync()).not.toEqual(a!.arraySync())
  // The weights are those before dropout.
  const scores = first.apply([x, x], { training: true, returnAttentionScores: true })[1]
  expectClose(scores, [...first.apply([x, x], { returnAttentionScores: true })[1].dataSync()])
})

test('its projections are layers of its own', () => {
  const layer = new MultiHeadAttention({ ...base, useGate: true, trainable: false })
  const x = ones([2, 3, 4])
  const before = memory().tensors
  layer.apply([x, x]).dispose()
  expect(layer.sublayers.map(({ name }) => name)).toEqual([
    'query',
    'key',
    'gate',
    'value',
    'attention_output',
  ])
  expect(layer.trainableWeights).toEqual([])
  expect(layer.queryDense!.equation).toBe('abc,cde->abde')
  expect(layer.outputDense!.equation).toBe('abcd,cde->abe')
  layer.dispose()
  expect(memory().tensors).toBe(before)
})

test('what a build that failed has made is gone', () => {
  const before = memory().tensors
  const layer = new MultiHeadAttention(base)
  const shapes = [
    [null, 3, 4],
    [null, 3, null],
  ]
  expect(() => layer.build(shapes)).toThrow(ShapeError)
  expect(memory().tensors).toBe(before)
  expect(layer.built).toBe(false)
})

test('symbolic calls know both outputs, and remember symbolic masks', () => {
  const layer = new MultiHeadAttention({ ...base, outputShape: 7 })
  const [x, value] = [input({ shape: [null, 4] }), input({ shape: [5, 4] })]
  const attentionMask = input({ shape: [null, 5], dtype: 'bool' })
  const [y, weights] = layer.apply([x, value], { attentionMask, returnAttentionScores: true })
  expect([y.shape, weights.shape]).toEqual([
    [null, null, 7],
    [null, 2, null, 5],
  ])
  expect(y.call!.arguments).toEqual({ attentionMask, returnAttentionScores: true })
})

test('its configs are those of Keras', () => {
  expectKerasConfigs(
    MultiHeadAttention,
    (options: MultiHeadAttentionOptions) => new MultiHeadAttention(options),
  )
  const { config } = {
    config: new MultiHeadAttention({ ...base, outputShape: 7, attentionAxes: [1, 2] }).getConfig(),
  }
  expect(config).toMatchObject({ output_shape: [7], attention_axes: [1, 2], value_dim: 3 })
})

describe('what it refuses', () => {
  test.each<[object, RegExp]>([
    [{ numHeads: 0 }, /numHeads is not/],
    [{ keyDim: 1.5 }, /keyDim is not/],
    [{ valueDim: -1 }, /valueDim is not/],
    [{ dropout: 2 }, /dropout is not/],
    [{ outputShape: [] }, /outputShape is not made of sizes/],
    [{ outputShape: 0 }, /outputShape is not made of sizes/],
    [{ attentionAxes: [1, 1] }, /axis is neither/],
    [{ slidingWindow: 0 }, /slidingWindow is not/],
    [{ useGate: 1 }, /useGate is neither/],
    [{ heads: 2 }, /unknown option "heads"/],
  ])('%j', (options, message) => {
    const make = (): unknown => new MultiHeadAttention({ ...base, ...options } as MultiHeadAttentionOptions)
    expect(make).toThrow(ArgumentError)
    expect(make).toThrow(message)
  })

  test('an implementation that is asked for', () => {
    const options = { ...base, flashAttention: true } as unknown as MultiHeadAttentionOptions
    expect(() => new MultiHeadAttention(options)).toThrow(UnsupportedError)
    expect(() => new MultiHeadAttention({ ...base, flashAttention: false })).not.toThrow()
  })

  test('axes, shapes and masks that do not go together', () => {
    const x = zeros([2, 3, 4])
    const wide = zeros([2, 3, 4, 5])
    const layer = new MultiHeadAttention(base)
    expect(() => layer.apply([x])).toThrow(/two or three tensors/)
    expect(() => layer.apply([x, zeros([2, 3])])).toThrow(/number of axes/)
    expect(() => layer.apply([x, x, zeros([2, 4, 4])])).toThrow(/one value for each key/)
    for (const axis of [0, 3, -1])
      expect(() => new MultiHeadAttention({ ...base, attentionAxes: axis }).apply([wide, wide])).toThrow(
        /cannot go along these axes/,
      )
    const apart = new MultiHeadAttention({ ...base, attentionAxes: 2 })
    expect(() => apart.apply([wide, zeros([2, 2, 4, 5])])).toThrow(/not attended to/)
    expect(() => layer.apply([x, x], { attentionMask: ones([3]) })).toThrow(/another number of axes/)
    expect(() => layer.apply([x, x], { attentionMask: ones([3, 4]) })).toThrow(ShapeError)
    expect(() => layer.apply([x, x], { attentionMask: 'causal' as never })).toThrow(
      /attentionMask is not a tensor/,
    )
    expect(() =>
      new MultiHeadAttention(base).apply([wide, wide], { attentionMask: ones([3, 3, 3, 4]) }),
    ).toThrow(/does not broadcast to the weights/)
    expect(() => layer.apply([x, x], { mask: [ones([2, 3, 4]), null] })).toThrow(/whole steps/)
    // @ts-expect-error: a name of Keras's, spelt as there.
    expect(() => layer.apply([x, x], { use_causal_mask: true })).toThrow(/did you mean useCausalMask/)
  })
})
