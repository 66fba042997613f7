import { ArgumentError, add, memory, mul, ones, setBackend, type Tensor, tensor, zeros } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { symbolicArguments } from './call-arguments.ts'
import { input } from './input-layer.ts'
import { type CallOptions, Layer } from './layer.ts'

setBackend(referenceBackend())

interface ShiftArguments {
  readonly shifts?: readonly Tensor[] | null
  readonly times?: number
}

/** x · times + Σ shifts. */
class Shift extends Layer<Tensor, Tensor, ShiftArguments> {
  static override readonly className: string = 'Shift'
  override supportsMasking = true
  protected override readonly callArgumentNames: readonly string[] = ['shifts', 'times']
  readonly told: string[][] = []

  override call(x: Tensor, options: CallOptions<Tensor, ShiftArguments>): Tensor {
    this.told.push(Object.keys(options).sort())
    const { shifts, times = 1 } = options
    return (shifts ?? []).reduce((a, b) => add(a, b), times === 1 ? x : mul(x, times))
  }
}

describe('arguments of a call', () => {
  test('reach it, where they are defined', () => {
    const layer = new Shift()
    const x = ones([2])
    expect(layer.apply(x, { shifts: [x, x], times: 3 }).arraySync()).toEqual([5, 5])
    expect(layer.apply(x, { shifts: null }).arraySync()).toEqual([1, 1])
    expect(layer.apply(x, {}).arraySync()).toEqual([1, 1])
    expect(layer.told).toEqual([
      ['mask', 'shifts', 'times', 'training'],
      ['mask', 'shifts', 'training'],
      ['mask', 'training'],
    ])
  })

  test('are cast to what the layer computes in, and nothing of it is left behind', () => {
    const layer = new Shift({ dtype: 'float64' })
    const [x, shift] = [ones([2], { dtype: 'float64' }), ones([2])]
    const before = memory().tensors
    const y = layer.apply(x, { shifts: [shift] })
    expect(y.dtype).toBe('float64')
    expect(memory().tensors).toBe(before + 1)
    y.dispose()
    expect(shift.disposed).toBe(false)
  })

  test('that are returned come under another handle', () => {
    class Other extends Layer<Tensor, Tensor, { readonly other?: Tensor }> {
      protected override readonly callArgumentNames: readonly string[] = ['other']
      override call(_x: Tensor, { other }: CallOptions<Tensor, { readonly other?: Tensor }>): Tensor {
        return other!
      }
    }
    const other = ones([2])
    new Other().apply(zeros([2]), { other }).dispose()
    expect(other.disposed).toBe(false)
  })

  test('are remembered by symbolic calls, masks among them', () => {
    const layer = new Shift()
    const [x, a, b] = [input({ shape: [3] }), input({ shape: [3] }), input({ shape: [1] })]
    const mask = input({ shape: [], dtype: 'bool' })
    const y = layer.apply(x, { shifts: [a, b], times: 2, mask, training: true })
    expect(y.shape).toEqual([null, 3])
    expect(y.call).toMatchObject({ inputs: [x], training: true })
    expect(y.call!.arguments).toEqual({ mask, shifts: [a, b], times: 2 })
    expect(symbolicArguments(y.call!.arguments)).toEqual([mask, a, b])
    expect(layer.apply(x).call!.arguments).toEqual({})
  })

  test('decide about shapes', () => {
    const y = new Shift().apply(input({ shape: [1] }), { shifts: [input({ shape: [null, 1] })] })
    expect(y.shape).toEqual([null, null, 1])
  })

  test('that are misspelt or something else are refused', () => {
    const layer = new Shift({ name: 'shift' })
    const x = ones([2])
    // @ts-expect-error: another name.
    expect(() => layer.apply(x, { time: 2 })).toThrow(/unknown option "time"[\s\S]*did you mean times/)
    // @ts-expect-error: a function.
    expect(() => layer.apply(x, { times: () => 2 })).toThrow(
      /times is nothing that a call can be told[\s\S]*in: Shift "shift"/,
    )
    // @ts-expect-error: a symbolic tensor for an input that is none.
    expect(() => layer.apply(x, { shifts: [input({ shape: [] })] })).toThrow(
      /shifts is symbolic, and the inputs are not/,
    )
    expect(() => layer.apply(input({ shape: [2] }), { mask: [] as never })).toThrow(ArgumentError)
    expect(layer.apply(x, { mask: tensor([true, false]) }).arraySync()).toEqual([1, 1])
  })
})
