import { mul, random, sum, type Tensor, tensor, tidy, type Variable, valueAndGrad } from '@tapegrad/core'

const epsilon = 1e-5

/**
 * Compares the gradients of weights with finite differences, in one random direction for all of them together.
 *
 * @param loss A float64 scalar that depends on the weights.
 * @throws Error when they differ.
 */
export async function checkWeightGradients(
  loss: () => Tensor,
  variables: readonly Variable[],
): Promise<void> {
  const { value, grads } = valueAndGrad(loss)(variables)
  const directions = variables.map((variable, i) =>
    random.uniform(variable.shape, { min: -1, dtype: 'float64', generator: new random.Generator(31 + i) }),
  )
  const slope = tidy(() =>
    grads.map((g, i) => sum(mul(g, directions[i]!)).dataSync()[0]!).reduce((a, b) => a + b),
  )
  const values = await Promise.all(variables.map((variable) => variable.data()))
  const moveTo = (step: number): void =>
    variables.forEach((variable, i) => {
      const direction = directions[i]!.dataSync()
      const moved = Float64Array.from(values[i]!, (element, j) => element + step * direction[j]!)
      using next = tensor(moved, { shape: variable.shape })
      variable.assign(next)
    })
  const lossAt = (step: number): number => {
    moveTo(step)
    using result = loss()
    return result.dataSync()[0]!
  }
  const difference = (lossAt(epsilon) - lossAt(-epsilon)) / (2 * epsilon)
  moveTo(0)
  for (const each of [value, ...grads, ...directions]) each.dispose()
  if (Math.abs(slope - difference) <= 1e-6 + 1e-4 * Math.abs(difference)) return
  throw new Error(`the gradient of the weights is ${slope}, the finite difference ${difference}`)
}
