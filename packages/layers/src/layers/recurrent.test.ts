/** What `SimpleRNN`, `LSTM` and `GRU` share, and that their ops do what their cells do step by step. */
import {
  ArgumentError,
  concat,
  flip,
  grad,
  memory,
  mul,
  ShapeError,
  setBackend,
  slice,
  stack,
  sum,
  type Tensor,
  tensor,
  tidy,
  unstack,
  valueAndGrad,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { input } from '../engine/input-layer.ts'
import { getMask } from '../engine/masks.ts'
import { Sequential } from '../models/sequential.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { Masking } from './index.ts'
import { draw, type RecurrentKind, recurrentKinds, steppedCopy } from './rnn-test-cases.ts'

setBackend(referenceBackend())

const mask = tensor([
  [false, true, false, true],
  [true, true, true, false],
])

function expectClose(actual: unknown, expected: Tensor | readonly Tensor[]): void {
  const numbers = (one: unknown): unknown =>
    Array.isArray(one) ? one.map(numbers) : (one as Tensor).arraySync()
  const close = (one: unknown): unknown =>
    Array.isArray(one) ? one.map(close) : typeof one === 'number' ? expect.closeTo(one, 5) : one
  expect(numbers(actual)).toEqual(close(numbers(expected)))
}

const x = draw(2, 4, 2)
const one = (value: unknown): Tensor => value as Tensor

function build<L extends ReturnType<RecurrentKind['make']>>(layer: L): L {
  layer.build([null, null, 2])
  // Biases count, too.
  const values = layer.weights.map((weight) => tidy(() => mul(draw(...weight.shape), 0.7)))
  layer.setWeights(values)
  for (const value of values) value.dispose()
  return layer
}

// First, as these count tensors: what other tests leave is collected at some time.
describe.each(recurrentKinds)('$kind', ({ make }) => {
  test.each([
    { returnSequences: true, goBackwards: true },
    { returnSequences: false, zeroOutputForMask: true, unroll: true },
  ])('does what every layer must do with %o', async (options) => {
    await runLayerTest(() => make(options) as never, {
      inputShape: [2, 3, 2],
      outputShape: options.returnSequences ? [2, 3, 3] : [2, 3],
      trainableWeights: 3,
      // The mask that the test gives is the same backwards.
      mask: options.returnSequences ? 'passes' : 'used',
    })
  })

  test('a stateful layer goes on where the last batch ended', () => {
    const before = memory()
    tidy(() => {
      const whole = build(make({ returnSequences: true }))
      const layer = make({ returnSequences: true, stateful: true, batchInputShape: [2, null, 2] })
      layer.build([2, null, 2])
      layer.setWeights(whole.getWeights())
      const expected = one(whole.apply(x))
      const [head, tail] = [
        slice(x, [
          [0, 2],
          [0, 1],
        ]),
        slice(x, [
          [0, 2],
          [1, 4],
        ]),
      ]
      for (let round = 0; round < 2; round++) {
        expect(layer.states).toBe(null)
        // States outlive the scope of the call.
        const first = tidy(() => layer.apply(head))
        expect(layer.states!.map(({ shape }) => shape)).toEqual(Array.from(layer.states!, () => [2, 3]))
        const gradient = grad((end: Tensor) => sum(one(layer.apply(end))))
        expect(gradient(tail).shape).toEqual([2, 3, 2])
        layer.resetState()
        tidy(() => layer.apply(head))
        expectClose(concat([one(first), one(layer.apply(tail))], { axis: 1 }), expected)
        layer.resetState()
      }
      expect(() => layer.apply(draw(3, 4, 2))).toThrow(
        /the batch is not as large[\s\S]*2 samples[\s\S]*resetState/,
      )
      layer.apply(x)
      new Sequential([layer as never]).dispose()
      whole.dispose()
    })
    expect(memory()).toEqual(before)
  })
})

describe.each(recurrentKinds)('$kind', ({ make, cell, states }) => {
  const built = (options: Parameters<typeof make>[0] = {}): ReturnType<typeof make> => build(make(options))

  test.each([
    {},
    { goBackwards: true },
    { zeroOutputForMask: true },
    { zeroOutputForMask: true, goBackwards: true },
  ])('computes what its cell computes step by step, with %o', (options) => {
    for (const returnSequences of [true, false]) {
      for (const given of [null, mask]) {
        const all = { ...options, returnSequences, returnState: true }
        const layer = built(all)
        const stepped = steppedCopy(layer, cell(), all)
        const initialState = Array.from({ length: states }, (_, i) => mul(draw(2, 3), i + 1))
        const call = { mask: given, initialState }
        expectClose(layer.apply(x, call), stepped.apply(x, call) as Tensor[])
        const gradients = (each: typeof layer | typeof stepped): Tensor[] => {
          const loss = (): Tensor =>
            (each.apply(x, call) as Tensor[])
              .map((part, i) => sum(mul(part, i + 1)))
              .reduce((a, b) => sum(stack([a, b])))
          const ofInput = grad((input: Tensor) =>
            (each.apply(input, call) as Tensor[])
              .map((part) => sum(mul(part, part)))
              .reduce((a, b) => sum(stack([a, b]))),
          )(x)
          return [ofInput, ...valueAndGrad(loss)(each.trainableVariables).grads]
        }
        expectClose(gradients(layer), gradients(stepped))
      }
    }
  })

  test('skips masked steps: the state stays, the output is repeated', () => {
    const layer = built({ returnSequences: true })
    // Nothing of what a masked step holds counts.
    const dirty = tensor([
      [
        [1, 2],
        [NaN, NaN],
        [3, -1],
        [Infinity, 0],
      ],
    ])
    const kept = tensor([
      [
        [1, 2],
        [3, -1],
      ],
    ])
    const [a, b] = unstack(one(layer.apply(kept)), { axis: 1 })
    const skipping = tensor([[true, false, true, false]])
    for (const each of [layer, steppedCopy(layer, cell(), { returnSequences: true })]) {
      const output = one(each.apply(dirty, { mask: skipping }))
      expectClose(output, stack([a!, a!, b!, b!], { axis: 1 }))
      expect(getMask(output)!.arraySync()).toEqual([[true, false, true, false]])
      const gradient = grad((input: Tensor) => sum(one(each.apply(input, { mask: skipping }))))(dirty)
      expect(gradient.arraySync()).toEqual([[expect.any(Array), [0, 0], expect.any(Array), [0, 0]]])
      expect([...gradient.dataSync()].every(Number.isFinite)).toBe(true)
    }
  })

  test('a mask of whole sequences skips all steps of some', () => {
    const layer = built()
    const all = one(layer.apply(x))
    const some = one(layer.apply(x, { mask: tensor([true, false]) }))
    expectClose(some, mul(all, tensor([[1], [0]])))
  })

  test('Masking before it has steps 3 and 5 skipped', () => {
    const layer = make({})
    const model = new Sequential([new Masking({ maskValue: 0, inputShape: [6, 2] }), layer])
    const sequence = draw(1, 6, 2)
    const counts = tensor([[[1], [1], [0], [1], [0], [1]]])
    const steps = unstack(sequence, { axis: 1 })
    const without = stack(
      [0, 1, 3, 5].map((t) => steps[t]!),
      { axis: 1 },
    )
    expectClose(model.apply(mul(sequence, counts)), one(layer.apply(without)))
  })

  test('before the first step that counts the output is the initial one', () => {
    const layer = built({ returnSequences: true })
    const initialState = Array.from({ length: states }, () => draw(2, 3))
    const late = tensor([
      [false, false, true, true],
      [false, false, false, false],
    ])
    for (const each of [layer, steppedCopy(layer, cell(), { returnSequences: true })]) {
      const output = one(each.apply(x, { mask: late, initialState }))
      const first = unstack(output, { axis: 1 })
      expectClose(first[1]!, initialState[0]!)
      expectClose(slice(first[3]!, [[1, 2]]), slice(initialState[0]!, [[1, 2]]))
      const zeros = one(each.apply(x, { mask: late }))
      expectClose(
        slice(zeros, [
          [0, 2],
          [0, 2],
        ]),
        slice(mul(zeros, 0), [
          [0, 2],
          [0, 2],
        ]),
      )
    }
  })

  test('with zeroOutputForMask masked steps give 0, the last one too', () => {
    const plain = built({ returnSequences: true })
    const weights = plain.getWeights()
    for (const goBackwards of [false, true]) {
      const outputOf = (options: object): Tensor => {
        const layer = make({ goBackwards, ...options })
        layer.build([null, null, 2])
        layer.setWeights(weights)
        return one(layer.apply(x, { mask }))
      }
      const repeated = outputOf({ returnSequences: true })
      const counts = tensor(
        goBackwards
          ? (flip(mask, { axis: 1 }).arraySync() as boolean[][])
          : (mask.arraySync() as boolean[][]),
      )
      const ones = stack([counts, counts, counts], { axis: 2 })
      const blank = mul(repeated, ones)
      expectClose(outputOf({ returnSequences: true, zeroOutputForMask: true }), blank)
      expectClose(outputOf({ zeroOutputForMask: true }), unstack(blank, { axis: 1 }).at(-1)!)
    }
  })

  test('going backwards is going forwards along the reversed sequence', () => {
    const forwards = built({ returnSequences: true })
    const backwards = make({ returnSequences: true, goBackwards: true })
    backwards.build([null, null, 2])
    backwards.setWeights(forwards.getWeights())
    const output = one(backwards.apply(x, { mask }))
    const reversed = flip(mask, { axis: 1 })
    expectClose(output, one(forwards.apply(flip(x, { axis: 1 }), { mask: reversed })))
    // The outputs come in the order of the steps, and so does their mask.
    expect(getMask(output)!.arraySync()).toEqual(reversed.arraySync())
  })

  test('goes on from states that it is given', () => {
    const layer = built({ returnState: true, returnSequences: true })
    const [whole, ...last] = layer.apply(x) as Tensor[]
    const [head, tail] = [
      slice(x, [
        [0, 2],
        [0, 1],
      ]),
      slice(x, [
        [0, 2],
        [1, 4],
      ]),
    ]
    const [first, ...between] = layer.apply(head) as Tensor[]
    const [second, ...after] = layer.apply(tail, { initialState: between }) as Tensor[]
    expectClose(concat([first!, second!], { axis: 1 }), whole!)
    expectClose(after, last)
    expect(after.length).toBe(states)
    if (states === 1) expectClose((layer.apply(tail, { initialState: between[0]! }) as Tensor[])[0]!, second!)
  })

  test('takes symbolic states, and gives some', () => {
    const layer = make({ returnState: true })
    const initialState = Array.from({ length: states }, () => input({ shape: [3] }))
    const outputs = layer.apply(input({ shape: [4, 2] }), { initialState })
    expect((outputs as readonly { shape: unknown }[]).map(({ shape }) => shape)).toEqual(
      Array.from({ length: 1 + states }, () => [null, 3]),
    )
    expect(() => layer.apply(input({ shape: [4, 2] }), { initialState: [input({ shape: [2] })] })).toThrow(
      states === 1 ? ShapeError : ArgumentError,
    )
  })

  test('a stateful layer without a declared batch takes any, until it has states', () => {
    using layer = make({ stateful: true })
    layer.apply(draw(3, 4, 2))
    expect(() => layer.apply(x)).toThrow(/3 samples/)
    layer.resetState()
    layer.apply(x)
    expect(layer.states![0]!.shape).toEqual([2, 3])
  })

  test('drops the same of all steps, in training only', () => {
    const weights = built().getWeights()
    const outputOf = (options: object, training: boolean): Tensor => {
      const layer = make({ returnSequences: true, seed: 4, ...options })
      layer.build([null, null, 2])
      layer.setWeights(weights)
      return one(layer.apply(x, { training }))
    }
    const plain = outputOf({}, true)
    for (const rates of [
      { dropout: 0.5 },
      { recurrentDropout: 0.5 },
      { dropout: 0.5, recurrentDropout: 0.5 },
    ]) {
      expectClose(outputOf(rates, false), plain)
      const dropped = outputOf(rates, true)
      expect(dropped.arraySync()).not.toEqual(plain.arraySync())
      expect(outputOf(rates, true).arraySync()).toEqual(dropped.arraySync())
      expect(outputOf({ ...rates, seed: 5 }, true).arraySync()).not.toEqual(dropped.arraySync())
    }
    // Without anything of the input, or of the state.
    const blank = one(built({ returnSequences: true }).apply(mul(x, 0)))
    expectClose(outputOf({ dropout: 1 }, true), blank)
    const [first] = unstack(plain, { axis: 1 })
    expectClose(unstack(outputOf({ recurrentDropout: 1 }, true), { axis: 1 })[0]!, first!)
  })

  test('sequences without steps give the initial output', () => {
    const nothing = draw(2, 0, 2)
    const layer = built({ returnState: true })
    const initialState = Array.from({ length: states }, () => draw(2, 3))
    for (const each of [layer, steppedCopy(layer, cell(), { returnState: true })]) {
      expectClose(each.apply(nothing, { initialState }), [initialState[0]!, ...initialState])
    }
    const all = built({ returnSequences: true, zeroOutputForMask: true })
    const stepped = steppedCopy(all, cell(), { returnSequences: true })
    for (const each of [all, stepped]) expect(one(each.apply(nothing)).shape).toEqual([2, 0, 3])
  })

  test('refuses bad arguments', () => {
    expect(() => make({ units: 0 })).toThrow(/units is not a whole number above 0/)
    expect(() => make({ dropout: 1.5 })).toThrow(/dropout is not a number from 0 to 1/)
    expect(() => make({ returnSequence: true } as object)).toThrow(/returnSequences/)
    expect(() => make({ stateful: 1 as never })).toThrow(/stateful is neither true nor false/)
    const layer = make()
    expect(() => layer.apply(draw(2, 4))).toThrow(ShapeError)
    expect(() => layer.apply(input({ shape: [4, null] }))).toThrow(/the size of the last axis must be known/)
    layer.apply(x)
    expect(() => layer.apply(draw(2, 4, 5))).toThrow(/another size along axis -1/)
    expect(() => layer.apply(x, { initialState: [x, x, x] })).toThrow(/not a list of the states/)
    const wrong = Array.from({ length: states }, () => draw(2, 4))
    expect(() => layer.apply(x, { initialState: wrong })).toThrow(/initialState\[0\] has another shape/)
    expect(() => layer.apply(x, { mask: tensor([[[true], [false], [true], [true]]]) })).toThrow(
      /not one of whole steps/,
    )
  })
})
