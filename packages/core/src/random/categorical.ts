import { checkInput } from '../autodiff/inputs.ts'
import { ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { add } from '../ops/add.ts'
import { argMax } from '../ops/arg-max.ts'
import { expandDims } from '../ops/expand-dims.ts'
import { isFloat } from '../tensor/dtype.ts'
import { checkShape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { draw, generatorOf, type RandomOptions } from './draw.ts'

/**
 * Classes drawn with the probabilities softmax(logits), as the positions of the largest logits + Gumbel noise.
 *
 * A logit of −∞ is never drawn. Nothing is read from the backend. The draw has no gradient.
 *
 * @param logits A tensor [..., classes] of logarithms of probabilities, up to a constant for each line.
 * @param count How many to draw from each line.
 * @param options `generator` or `seed`.
 * @returns An int32 tensor [..., count] of positions from 0 to classes − 1.
 * @throws {@link ShapeError} where there is no class, or for a count that is not a whole number of at least 0.
 * @see https://keras.io/api/random/random_ops/#categorical-function
 * @see https://arxiv.org/abs/1611.01144 (the noise)
 * @example
 * ```ts
 * random.categorical(log(tensor([[0.1, 0.9], [0.5, 0.5]])), 4).shape // [2, 4]
 * ```
 */
export function categorical(
  logits: Tensor,
  count: number,
  options: Pick<RandomOptions, 'generator' | 'seed'> = {},
): Tensor<'int32'> {
  const op = 'random.categorical'
  checkInput(op, 'logits', logits)
  checkOptionNames(op, options, ['generator', 'seed'])
  const classes = logits.shape.at(-1)
  if (!classes) {
    throw new ShapeError('there is no class to draw', {
      op,
      received: { logits },
      expected: 'a tensor [..., classes] with at least one class',
    })
  }
  const batch = logits.shape.slice(0, -1)
  const shape = [...batch, ...checkShape(op, [count], 'count'), classes]
  const { backend } = logits.storage
  const dtype = isFloat(logits.dtype) ? logits.dtype : 'float32'
  return tidy(() => {
    const noise = draw(op, shape, { dtype, backend, generator: generatorOf(op, options) }, gumbel)
    return argMax(add(expandDims(logits, { axis: -2 }), noise), { axis: -1 })
  })
}

/** A number of the Gumbel distribution from a uniform one. */
function gumbel(u: number): number {
  return -Math.log(-Math.log(u))
}
