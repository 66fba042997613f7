import { DisposedError, mul, ones, ShapeError, setBackend, type Tensor, tensor, tidy } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { Activation, Dropout } from '../layers/index.ts'
import { Sequential } from '../models/sequential.ts'
import { Affine, Apply } from '../testing/test-layers.ts'
import { getMask, setMask } from './masks.ts'
import { resetNames } from './naming.ts'

setBackend(referenceBackend())
beforeEach(resetNames)

const double = (x: Tensor): Tensor => mul(x, 2)

describe('masks', () => {
  const mask = tensor([true, false])
  const masked = (): Tensor => {
    const x = ones([2, 1])
    setMask(x, mask)
    return x
  }

  test('pass through layers that support them', () => {
    const layer = new Affine({ units: 1 })
    expect(getMask(layer.apply(masked()))?.arraySync()).toEqual([true, false])
    expect(getMask(layer.apply(masked(), { mask: null }))).toBeNull()
    expect(getMask(layer.apply(ones([2, 1]), { mask })) === null).toBe(false)
  })

  test('reach call, and end at layers that do not support them with one warning', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const seen: boolean[] = []
    const layer = new Apply((x, options) => {
      seen.push(options.mask !== null)
      return double(x)
    })
    expect(getMask(layer.apply(masked()))).toBeNull()
    layer.apply(masked())
    layer.apply(ones([2, 1]))
    expect(seen).toEqual([true, true, false])
    expect(warn).toHaveBeenCalledTimes(1)
    warn.mockRestore()
  })

  test('are an error where losing them is forbidden', () => {
    const layer = new Apply(double, { onLostMask: 'throw' })
    expect(() => layer.apply(masked())).toThrow(/cannot hand it on/)
    expect(layer.apply(masked(), { mask: null }).shape).toEqual([2, 1])
  })

  test('that are given replace those that came with the input, also where the output is the input', () => {
    const other = tensor([false, false])
    for (const layer of [
      new Activation({ activation: 'linear' }),
      new Sequential([new Dropout({ rate: 0.5 })]),
    ]) {
      expect(getMask(layer.apply(masked()))).toBe(mask)
      expect(getMask(layer.apply(masked(), { mask: null }))).toBeNull()
      expect(getMask(layer.apply(masked(), { mask: other }))).toBe(other)
    }
  })

  test('of another shape are refused', () => {
    expect(() => setMask(ones([3, 1]), mask)).toThrow(ShapeError)
    expect(() => new Affine({ units: 1 }).apply(ones([3, 1]), { mask })).toThrow(ShapeError)
  })

  test('with sizes of 1 are stretched', () => {
    const seen: unknown[] = []
    const layer = new Apply((x, options) => {
      seen.push(options.mask!.arraySync())
      return double(x)
    })
    layer.supportsMasking = true
    const whole = [
      [true, false],
      [true, false],
    ]
    const x = ones([2, 2, 3])
    const steps = tensor([[true, false]])
    expect(getMask(layer.apply(x, { mask: steps }))!.arraySync()).toEqual(whole)
    setMask(x, steps)
    expect(getMask(layer.apply(x))!.arraySync()).toEqual(whole)
    expect(seen).toEqual([whole, whole])
    expect(() => layer.apply(x, { mask: tensor([[true, false, true]]) })).toThrow(ShapeError)
  })

  test('that were disposed before their tensor are an error', () => {
    const x = ones([2, 1])
    tidy(() => setMask(x, tensor([true, true])))
    expect(() => new Affine({ units: 1 }).apply(x)).toThrow(DisposedError)
  })

  test('survive the cast to the layer’s dtype', () => {
    const layer = new Affine({ units: 1, dtype: 'float64' })
    expect(getMask(layer.apply(masked()))).not.toBeNull()
  })
})
