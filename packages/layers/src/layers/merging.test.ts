/** What the layers that merge element by element have in common. */
import {
  ArgumentError,
  add,
  grad,
  ShapeError,
  setBackend,
  sum,
  type Tensor,
  tensor,
  zeros,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import type { LayerOptions } from '../engine/layer-options.ts'
import { getMask, setMask } from '../engine/masks.ts'
import { runMergingTest } from '../testing/run-merging-test.ts'
import { Add, Average, Maximum, Minimum, Multiply, Subtract } from './index.ts'

setBackend(referenceBackend())

const classes = [Add, Average, Maximum, Minimum, Multiply, Subtract] as const

describe.each(classes.map((each) => [each.className, each] as const))('%s', (_, Merging) => {
  test('does what every layer must do', async () => {
    await runMergingTest(() => new Merging(), {
      inputShapes: [
        [2, 3, 4],
        [2, 3, 4],
      ],
      outputShape: [2, 3, 4],
      mask: 'passes',
    })
  })

  test('stretches sizes of 1 and puts missing axes behind the batch', async () => {
    await runMergingTest(() => new Merging(), {
      inputShapes: [
        [2, 4],
        [2, 3, 1],
      ],
      outputShape: [2, 3, 4],
      mask: 'passes',
    })
    const shapes = [
      [null, null, 4],
      [5, 3, 1],
    ]
    expect(new Merging().computeOutputShape(shapes)).toEqual([5, null, 4])
  })

  test('the config is Keras’s', () => {
    expectKerasConfigs(Merging, (options: LayerOptions) => new Merging(options))
  })

  test('a mask is there where all inputs have one, and says where any counts', () => {
    const [a, b] = [zeros([1, 3, 2]), zeros([1, 3, 2])]
    setMask(a, tensor([[true, false, false]]))
    expect(getMask(new Merging().apply([a, b]))).toBeNull()
    setMask(b, tensor([[false, false, true]]))
    expect(getMask(new Merging().apply([a, b]))?.arraySync()).toEqual([[true, false, true]])
    const vector = zeros([1, 2])
    setMask(vector, tensor([true]))
    expect(getMask(new Merging().apply([a, vector]))?.arraySync()).toEqual([[true, true, true]])
  })

  test('a mask of an input that is stretched covers the output', () => {
    const [a, b] = [zeros([1, 1, 2]), zeros([1, 3, 2])]
    setMask(a, tensor([[true]]))
    setMask(b, tensor([true]))
    expect(getMask(new Merging().apply([a, b]))?.arraySync()).toEqual([[true, true, true]])
  })

  test('what is no list of tensors', () => {
    const layer = new Merging({ name: 'merging' })
    for (const call of [
      () => layer.apply(zeros([2, 3]) as Tensor & readonly Tensor[]),
      () => layer.apply(input({ shape: [3] }) as never),
    ]) {
      expect(call).toThrow(ArgumentError)
      expect(call).toThrow(/takes a list of tensors[\s\S]*in: .*"merging"[\s\S]*layer\.apply\(\[a, b\]\)/)
    }
    expect(() => layer.apply([])).toThrow(ArgumentError)
    layer.apply([zeros([2, 3]), zeros([2, 3])])
    expect(() => layer.apply(zeros([2, 3]) as Tensor & readonly Tensor[])).toThrow(/takes a list of tensors/)
  })

  test('shapes that do not go together', () => {
    const layer = new Merging({ name: 'merging' })
    for (const [a, b, message] of [
      [[2, 3], [2, 4], /do not go together[\s\S]*shapes: \[\[(2|null), 3\], \[(2|null), 4\]\]/],
      [[2, 3], [1, 3], /different batch sizes/],
      [[2, 3], [], /input 1 has no batch/],
    ] as const) {
      const call = (): unknown => layer.apply([zeros(a), zeros(b)])
      expect(call).toThrow(ShapeError)
      expect(call).toThrow(message)
    }
    expect(() => layer.apply([input({ shape: [3] }), input({ shape: [4] })])).toThrow(/do not go together/)
  })

  test('no samples', () => {
    expect(new Merging().apply([zeros([0, 3]), zeros([0, 3])]).shape).toEqual([0, 3])
  })
})

test('a list of one', () => {
  const x = tensor([[1, 2]])
  for (const Merging of [Add, Average, Maximum, Minimum, Multiply]) {
    const y = new Merging().apply([x])
    expect(y.arraySync()).toEqual([[1, 2]])
    y.dispose()
  }
  expect(x.disposed).toBe(false)
})

test('one input several times gets the sum of the gradients', () => {
  const f = (x: Tensor): Tensor => sum(new Add().apply([x, x, add(x, 1)]))
  expect(grad(f)(tensor([[1, 2]])).arraySync()).toEqual([[3, 3]])
})
