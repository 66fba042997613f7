import { ArgumentError, DTypeError, TapegradError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { add } from '../ops/add.ts'
import { mul } from '../ops/mul.ts'
import { sum } from '../ops/sum.ts'
import type { Shape } from '../tensor/shape.ts'
import { fromData, type Tensor } from '../tensor/tensor.ts'
import { checkFunction, checkValue, grad, valueAndGrad } from './grad.ts'
import { checkInput } from './inputs.ts'

export interface CheckGradientsOptions {
  /** How many times to differentiate: 2 also checks the gradient of the gradient. Default: 1. */
  readonly order?: 1 | 2
  /** The step of the finite difference. Default: 1e-5. */
  readonly epsilon?: number
  /** The allowed difference, relative. Default: 1e-4. */
  readonly rtol?: number
  /** The allowed difference, absolute. Default: 1e-6. */
  readonly atol?: number
  /** In how many random directions to look. Default: 3. */
  readonly directions?: number
}

/**
 * Checks an automatic gradient against finite differences.
 *
 * For random weights w and directions d it compares Σ ∂L/∂x · d, where L = Σ w · f(x), with
 * (L(x + εd) − L(x − εd)) / 2ε. It also checks that two backward passes agree bit for bit.
 *
 * @param f A function of float64 tensors that is smooth around them; the value may have any shape.
 * @param inputs Where to check.
 * @returns When everything agrees.
 * @throws {@link TapegradError} that shows both derivatives where they differ, {@link DTypeError} for inputs that are not float64, {@link ArgumentError} for options that make no sense.
 * @see https://pytorch.org/docs/stable/generated/torch.autograd.gradcheck.gradcheck.html
 * @example
 * ```ts
 * await checkGradients((x) => tanh(x), [tensor(new Float64Array([0.3, -1.2]))], { order: 2 })
 * ```
 */
export async function checkGradients(
  f: (...xs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  options: CheckGradientsOptions = {},
): Promise<void> {
  checkFunction('checkGradients', f)
  checkInputs(inputs)
  checkRanges(options)
  const weigh = (y: Tensor, seed: number): Tensor => {
    checkValue('checkGradients', y)
    return sum(mul(y, noise(y, y.shape, seed)))
  }
  const loss = (...xs: Tensor[]): Tensor => weigh(f(...xs), 11)
  await compareDerivatives(loss, inputs, options, 'the gradient')
  if (options.order !== 2) return
  const slope = (...xs: Tensor[]): Tensor => {
    const grads = asList(grad(loss)(...xs))
    return grads.map((g, i) => weigh(g, 101 + i)).reduce((a, b) => add(a, b))
  }
  await compareDerivatives(slope, inputs, options, 'the second gradient')
}

function checkInputs(inputs: readonly Tensor[]): void {
  if (!Array.isArray(inputs)) {
    throw new ArgumentError('the inputs are not an array of tensors', {
      op: 'checkGradients',
      received: { inputs },
      hint: 'await checkGradients(f, [x])',
    })
  }
  inputs.forEach((x: Tensor, i) => {
    checkInput('checkGradients', `inputs[${i}]`, x)
    if (x.dtype === 'float64') return
    throw new DTypeError('finite differences need float64', {
      op: 'checkGradients',
      received: { [`inputs[${i}]`]: x },
      hint: "make the inputs with { dtype: 'float64' } on the reference backend",
    })
  })
}

function checkRanges(options: CheckGradientsOptions): void {
  checkOptionNames('checkGradients', options, ['order', 'epsilon', 'rtol', 'atol', 'directions'])
  const { order = 1, directions = 1, epsilon = 1, rtol = 1, atol = 1 } = options
  const isInRange =
    (order === 1 || order === 2) &&
    Number.isInteger(directions) &&
    directions > 0 &&
    [epsilon, rtol, atol].every((x) => Number.isFinite(x) && x >= 0) &&
    epsilon > 0
  if (isInRange) return
  throw new ArgumentError('an option is out of its range', {
    op: 'checkGradients',
    received: { ...options },
    expected: 'order 1 or 2, at least one direction, epsilon > 0, tolerances ≥ 0',
  })
}

async function compareDerivatives(
  loss: (...xs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  { epsilon = 1e-5, rtol = 1e-4, atol = 1e-6, directions = 3 }: CheckGradientsOptions,
  what: string,
): Promise<void> {
  const first = await gradientData(loss, inputs)
  const second = await gradientData(loss, inputs)
  first.forEach((g, i) => {
    if (g.every((value, j) => Object.is(value, second[i]![j]))) return
    throw new TapegradError(`${what} differs between two backward passes`, {
      op: 'checkGradients',
      received: { input: i },
    })
  })
  for (let direction = 0; direction < directions; direction++) {
    const steps = inputs.map((x, i) => unitNoise(x.size, 1009 * (direction + 1) + i))
    const [above, below] = [
      await valueAt(loss, inputs, steps, epsilon),
      await valueAt(loss, inputs, steps, -epsilon),
    ] as const
    const expected = (above - below) / (2 * epsilon)
    const actual = first.reduce(
      (total, g, i) => total + g.reduce((s, value, j) => s + value * steps[i]![j]!, 0),
      0,
    )
    if (Math.abs(actual - expected) <= atol + rtol * Math.abs(expected)) continue
    throw new TapegradError(`${what} differs from the finite difference`, {
      op: 'checkGradients',
      received: { automatic: actual, 'finite difference': expected, direction, inputs: [...inputs] },
      hint: 'look at the vjp rule, or move the inputs away from kinks',
    })
  }
}

async function gradientData(
  loss: (...xs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
): Promise<Float64Array[]> {
  const { value, grads } = valueAndGrad(loss)(...inputs)
  value.dispose()
  const list = asList(grads)
  try {
    return (await Promise.all(list.map((g) => g.data()))) as Float64Array[]
  } finally {
    for (const g of list) g.dispose()
  }
}

async function valueAt(
  loss: (...xs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  steps: readonly Float64Array[],
  epsilon: number,
): Promise<number> {
  const value = tidy(() =>
    loss(...inputs.map((x, i) => add(x, mul(hostTensor(x, x.shape, steps[i]!), epsilon)))),
  )
  try {
    const [result] = await value.data()
    return result!
  } finally {
    value.dispose()
  }
}

/** The result of `grad`, which for one argument is no list. */
function asList(grads: Tensor | readonly Tensor[]): readonly Tensor[] {
  return 'storage' in grads ? [grads] : grads
}

function noise(like: Tensor, shape: Shape, seed: number): Tensor {
  const size = shape.reduce((product, side) => product * side, 1)
  return hostTensor(like, shape, unitNoise(size, seed))
}

function hostTensor(like: Tensor, shape: Shape, data: Float64Array): Tensor {
  return fromData(like.storage.backend, 'float64', shape, data)
}

/** Numbers between −1 and 1, the same for the same seed. */
function unitNoise(length: number, seed: number): Float64Array {
  let state = Math.imul(seed, 2654435761) >>> 0
  return Float64Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  })
}
