import {
  type Backend,
  exp,
  matmul,
  mul,
  softmax,
  sub,
  sum,
  type Tensor,
  tensor,
  tidy,
  valueAndGrad,
  variable,
} from '@tapegrad/core'
import { drawValues, real } from '../generators/numbers.ts'
import { elementCount } from '../oracle/array.ts'

/** A few weights that learn, for what shows only over many calls. */
export interface Learning {
  /** One step; gives the loss. */
  readonly step: () => Promise<number>
  readonly dispose: () => void
}

/** Learns a map by gradients of a loss with a product, an activation and a normalization. */
export function learn(backend: Backend): Learning {
  const make = (shape: readonly number[], seed: number): Tensor =>
    tensor(drawValues('float32', elementCount(shape), real, seed), { shape, dtype: 'float32', backend })
  const [x, y, initial] = [make([7, 5], 1), make([7, 3], 2), make([5, 3], 3)] as const
  const weights = variable(initial)
  initial.dispose()
  const loss = (w: Tensor): Tensor => {
    const error = sub(softmax(matmul(x, w)), exp(y))
    return sum(mul(error, error))
  }
  return {
    step: async () => {
      const { value, grads } = valueAndGrad(loss)(weights)
      try {
        tidy(() => weights.assign(sub(weights, mul(grads as Tensor, 1e-3))))
        return (await value.data())[0]!
      } finally {
        value.dispose()
        ;(grads as Tensor).dispose()
      }
    },
    dispose: () => {
      for (const each of [x, y, weights]) each.dispose()
    },
  }
}
