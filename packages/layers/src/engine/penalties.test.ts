import {
  add,
  DisposedError,
  mul,
  ones,
  setBackend,
  sum,
  type Tensor,
  tensor,
  tidy,
  valueAndGrad,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { beforeEach, describe, expect, test } from 'vitest'
import { Affine, SquarePenalty } from '../testing/test-layers.ts'
import { Layer } from './layer.ts'
import { resetNames } from './naming.ts'

setBackend(referenceBackend())
beforeEach(resetNames)

describe('penalties', () => {
  const layer = (activityReduction: 'batchMean' | 'sum'): Affine =>
    new Affine({
      units: 1,
      penalty: new SquarePenalty(0.1),
      activityRegularizer: new SquarePenalty(0.5),
      activityReduction,
    })

  test('outputs come first, divided by the batch or not, then weights', () => {
    const x = tensor([
      [1, 1],
      [2, 2],
    ])
    for (const [reduction, expected] of [
      ['batchMean', 1.25],
      ['sum', 2.5],
    ] as const) {
      const affine = layer(reduction)
      affine.apply(x)
      const values = affine.losses.map((term) => term.dataSync()[0]!)
      expect(values[0]).toBeCloseTo(expected, 6)
      expect(values[1]).toBeCloseTo(0.05, 6)
    }
  })

  test('are part of a gradient', () => {
    const affine = layer('sum')
    affine.build([null, 1])
    // 0.5 (w x)² + 0.1 w² at w = 0.5, x = 2: derivative w x² + 0.2 w.
    const { grads } = valueAndGrad(() => {
      affine.apply(tensor([[2]]))
      return affine.losses.reduce((a, b) => add(a, b))
    })(affine.kernel)
    expect(grads.dataSync()[0]).toBeCloseTo(2.1, 6)
  })

  test('weights that are frozen have none', () => {
    const affine = layer('sum')
    affine.trainable = false
    tidy(() => {
      affine.apply(ones([1, 1]))
      expect(affine.losses).toHaveLength(1)
    })
  })

  test('of outputs live as long as their scope, and go with the next apply', () => {
    const affine = layer('sum')
    tidy(() => affine.apply(ones([1, 1])))
    expect(() => affine.losses).toThrow(DisposedError)
    affine.apply(ones([1, 1]))
    affine.apply(ones([1, 1]))
    expect(affine.losses).toHaveLength(2)
  })

  test('added in call count for the outermost apply', () => {
    class Noisy extends Layer {
      override call(x: Tensor): Tensor {
        this.addLoss(sum(x))
        this.addLoss(7)
        return mul(x, 1)
      }
    }
    class Outer extends Layer {
      readonly noisy = new Noisy()
      override call(x: Tensor): Tensor {
        return this.noisy.apply(this.noisy.apply(x))
      }
    }
    const outer = new Outer()
    outer.apply(ones([3]))
    expect(outer.losses.map((term) => term.dataSync()[0])).toEqual([3, 7, 3, 7])
  })
})
