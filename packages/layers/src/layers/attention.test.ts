import {
  ArgumentError,
  checkGradients,
  memory,
  random,
  ShapeError,
  setBackend,
  slice,
  type Tensor,
  tensor,
  zeros,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import { getMask, setMask } from '../engine/masks.ts'
import { runMergingTest } from '../testing/run-merging-test.ts'
import { AdditiveAttention, type AdditiveAttentionOptions } from './additive-attention.ts'
import { Attention, type AttentionOptions } from './attention.ts'
import { attendInLoops, type Matrix } from './attention-test-cases.ts'

setBackend(referenceBackend())

const kinds = [
  { kind: 'dot', make: () => new Attention() },
  { kind: 'dot with a scale', make: () => new Attention({ useScale: true }) },
  { kind: 'concat', make: () => new Attention({ scoreMode: 'concat' }) },
  { kind: 'concat with a scale', make: () => new Attention({ scoreMode: 'concat', useScale: true }) },
  { kind: 'additive', make: () => new AdditiveAttention() },
  { kind: 'additive without a scale', make: () => new AdditiveAttention({ useScale: false }) },
]

type Made = ReturnType<(typeof kinds)[number]['make']>

/** How well a key answers a query, from the weights that a layer has. */
function scoreOf(layer: Made): (query: readonly number[], key: readonly number[]) => number {
  const weight = (name: string): number[] => [
    ...(layer.weights.find((each) => each.name === name)?.dataSync() ?? [1]),
  ]
  const scale = weight('scale')
  const scaleAt = (i: number): number => scale[i] ?? scale[0]!
  const total = (values: number[]): number => values.reduce((a, b) => a + b, 0)
  return (query, key) => {
    if (layer instanceof AdditiveAttention)
      return total(query.map((q, i) => scaleAt(i) * Math.tanh(q + key[i]!)))
    if (layer.scoreMode === 'dot') return total(query.map((q, i) => scaleAt(0) * q * key[i]!))
    return (
      weight('concat_score_weight')[0]! * total(query.map((q, i) => Math.tanh(scaleAt(0) * (q + key[i]!))))
    )
  }
}

describe.each(kinds)('$kind', ({ make }) => {
  const [queries, keys, size, features] = [3, 4, 2, 5]
  const draw = (...shape: number[]): Tensor => random.normal(shape, { generator: new random.Generator(3) })

  test('does what every layer must do', async () => {
    using probe = make()
    probe.build([
      [2, 3, 3],
      [2, 3, 3],
    ])
    await runMergingTest(make, {
      inputShapes: [
        [2, 3, 4],
        [2, 2, 5],
        [2, 2, 4],
      ],
      outputShape: [2, 3, 5],
      mask: 'passes',
      trainableWeights: probe.weights.length,
    })
  })

  test.each([
    { masked: false, causal: false },
    { masked: false, causal: true },
    { masked: true, causal: false },
    { masked: true, causal: true },
  ])('agrees with plain loops: %j', ({ masked, causal }) => {
    const layer = make()
    const [query, value, key] = [draw(2, queries, size), draw(2, keys, features), draw(2, keys, size)]
    layer.build([query.shape, value.shape, key.shape])
    layer.setWeights(layer.weights.map((weight) => random.normal(weight.shape)))
    const queryMask = [
      [true, false, true],
      [true, true, true],
    ]
    const valueMask = [
      [false, true, true, false],
      [true, false, true, true],
    ]
    const mask = masked ? [tensor(queryMask), tensor(valueMask), null] : [null, null, null]
    const [output, weights] = layer.apply([query, value, key], {
      mask,
      useCausalMask: causal,
      returnAttentionScores: true,
    })
    expect(output.shape).toEqual([2, queries, features])
    expect(weights.shape).toEqual([2, queries, keys])
    const [q, v, k] = [query, value, key].map((x) => x.arraySync() as Matrix[]) as [
      Matrix[],
      Matrix[],
      Matrix[],
    ]
    const expected = q.map((rows, b) =>
      attendInLoops(rows, k[b]!, v[b]!, scoreOf(layer), (i, j) => {
        return !(causal && j > i) && (!masked || valueMask[b]![j]!)
      }),
    )
    const close = (actual: Tensor, wanted: readonly number[]): void => {
      actual.dataSync().forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 5))
    }
    close(
      weights,
      expected.flatMap((each) => each.weights.flat()),
    )
    const seen = expected.flatMap(({ output: rows }, b) =>
      rows.flatMap((row, i) => (masked && !queryMask[b]![i] ? row.map(() => 0) : row)),
    )
    close(output, seen)
    close(layer.apply([query, value, key], { mask, useCausalMask: causal }), seen)
    expect(getMask(output)).toBe(mask[0])
    expect(getMask(weights)).toBe(null)
  })

  test('values that are left out might as well not be there', () => {
    const layer = make()
    const [query, value] = [draw(2, queries, size), draw(2, keys, size)]
    const mask = tensor([
      [true, true, true, false],
      [true, true, true, false],
    ])
    const shorter = layer.apply([
      query,
      slice(value, [
        [0, 2],
        [0, 3],
      ]),
    ])
    for (const given of [mask, slice(mask, [[0, 1]])]) {
      const y = layer.apply([query, value], { mask: [null, given] })
      y.dataSync().forEach((each, i) => expect(each).toBeCloseTo(shorter.dataSync()[i]!, 5))
    }
  })

  test('has the gradients of finite differences where masks leave out keys', async () => {
    const options = { dtype: 'float64' } as const
    const Class = make().constructor as typeof Attention
    const layer = Class.fromConfig({ ...make().getConfig(), dtype: 'float64' })
    const inputs = [
      random.normal([1, 2, 2], options),
      random.normal([1, 3, 2], options),
      random.normal([1, 3, 2], options),
    ]
    const valueMask = tensor([[1, 0, 1]])
    const mask = [tensor([[1, 1]]), valueMask, null]
    await checkGradients((...given) => layer.apply(given, { mask, useCausalMask: true }), inputs, {
      order: 2,
    })
  })

  test('drops weights in training, which repeats with a seed', () => {
    const config = { ...make().getConfig(), dropout: 0.5, seed: 3 }
    const Class = make().constructor as typeof Attention
    const inputs = [draw(2, 8, size), draw(2, 8, size)]
    const [first, second] = [Class.fromConfig(config), Class.fromConfig(config)]
    first.build(inputs.map((x) => x.shape))
    second.build(inputs.map((x) => x.shape))
    second.setWeights(first.getWeights())
    const a = first.apply(inputs, { training: true, returnAttentionScores: true })
    const b = second.apply(inputs, { training: true, returnAttentionScores: true })
    expect(a[0].arraySync()).toEqual(b[0].arraySync())
    expect(a[1].dataSync()).toContain(0)
    expect(first.apply(inputs, { returnAttentionScores: true })[1].dataSync()).not.toContain(0)
    expect(first.apply(inputs, { training: true }).arraySync()).not.toEqual(a[0].arraySync())
  })
})

test('symbolic calls know both outputs, and what they were told', () => {
  const layer = new Attention()
  const [query, value] = [input({ shape: [null, 4] }), input({ shape: [7, 4] })]
  const [y, weights] = layer.apply([query, value], { returnAttentionScores: true })
  expect([y.shape, weights.shape]).toEqual([
    [null, null, 4],
    [null, null, 7],
  ])
  expect(weights.call!.arguments).toEqual({ returnAttentionScores: true })
  expect(layer.apply([query, value], { useCausalMask: true }).shape).toEqual([null, null, 4])
})

test('masks come with the inputs, and nothing is left behind', () => {
  const layer = new Attention()
  const [x, value] = [
    zeros([1, 2, 2]),
    tensor([
      [
        [1, 1],
        [5, 5],
      ],
    ]),
  ]
  setMask(value, tensor([[false, true]]))
  const before = memory().tensors
  const y = layer.apply([x, value])
  expect(y.arraySync()).toEqual([
    [
      [5, 5],
      [5, 5],
    ],
  ])
  y.dispose()
  expect(memory().tensors).toBe(before)
})

test('a query that attends to nothing gives 0', () => {
  for (const { make } of kinds) {
    const [x, none] = [zeros([1, 2, 2]), tensor([[false, false]])]
    expect(
      make()
        .apply(
          [
            x,
            tensor([
              [
                [1, 1],
                [5, 5],
              ],
            ]),
          ],
          { mask: [null, none] },
        )
        .arraySync(),
    ).toEqual([
      [
        [0, 0],
        [0, 0],
      ],
    ])
  }
})

test('their configs are those of Keras', () => {
  expectKerasConfigs(Attention, (options: AttentionOptions) => new Attention(options))
  expectKerasConfigs(AdditiveAttention, (options: AdditiveAttentionOptions) => new AdditiveAttention(options))
})

describe('what they refuse', () => {
  test.each<[AttentionOptions, RegExp]>([
    [{ scoreMode: 'product' as 'dot' }, /unknown scoreMode/],
    [{ dropout: 1.5 }, /dropout is not a number from 0 to 1/],
    [{ useScale: 1 as never }, /useScale is neither/],
    [{ seed: -1 }, /seed/],
    [{ scale: true } as never, /unknown option "scale"/],
  ])('%j', (options, message) => {
    expect(() => new Attention(options)).toThrow(ArgumentError)
    expect(() => new Attention(options)).toThrow(message)
  })

  test.each<[number[][], typeof ArgumentError | typeof ShapeError, RegExp]>([
    [[[2, 3, 4]], ArgumentError, /two or three tensors/],
    [
      [
        [2, 3, 4],
        [2, 3, 4],
        [2, 3, 4],
        [2, 3, 4],
      ],
      ArgumentError,
      /two or three tensors/,
    ],
    [
      [
        [2, 4],
        [2, 4],
      ],
      ShapeError,
      /number of axes/,
    ],
    [
      [
        [2, 3, 4],
        [3, 3, 4],
      ],
      ShapeError,
      /batch sizes/,
    ],
    [
      [
        [2, 3, 4],
        [2, 3, 5],
      ],
      ShapeError,
      /queries and keys have different sizes/,
    ],
    [
      [
        [2, 3, 4],
        [2, 3, 5],
        [2, 4, 4],
      ],
      ShapeError,
      /one value for each key/,
    ],
    [
      [
        [2, 2, 3, 4],
        [2, 5, 3, 4],
      ],
      ShapeError,
      /batch axes/,
    ],
  ])('inputs of shapes %j', (shapes, kind, message) => {
    for (const { make } of kinds) {
      const apply = (): unknown => make().apply(shapes.map((shape) => zeros(shape)))
      expect(apply).toThrow(kind)
      expect(apply).toThrow(message)
    }
  })

  test('one tensor, sizes that are not known, flags that are none, and masks that do not fit', () => {
    const x = zeros([2, 3, 4])
    expect(() => new Attention().apply(x as never)).toThrow(/two or three tensors[\s\S]*apply\(\[x, x\]\)/)
    const unknown = [
      [null, 3, null],
      [null, 3, null],
    ]
    expect(() => new AdditiveAttention().build(unknown)).toThrow(/size of the last axis must be known/)
    expect(() => new Attention().apply([x, x], { useCausalMask: 1 as never })).toThrow(
      /useCausalMask is neither/,
    )
    expect(() => new Attention().apply([x, x], { mask: [null, zeros([2, 3, 4])] })).toThrow(/whole steps/)
    expect(() => new Attention().apply([x, x], { mask: [null] })).toThrow(/number of masks/)
  })
})
