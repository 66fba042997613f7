import { ArgumentError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { closeScope, openScope, tidy } from '../memory/scope.ts'
import { cast } from '../ops/cast.ts'
import { reshape } from '../ops/reshape.ts'
import { stack } from '../ops/stack.ts'
import { zeros } from '../tensor/create.ts'
import { allocateData } from '../tensor/dtype.ts'
import { rowMajorStrides } from '../tensor/shape.ts'
import { alias, fromData, type Tensor } from '../tensor/tensor.ts'
import { backward } from './backward.ts'
import {
  checkFloat,
  checkFunction,
  type Gradients,
  inStructure,
  ownGradients,
  watchArguments,
} from './grad.ts'
import { linearize } from './linearize.ts'
import { Recording } from './recording.ts'
import { flattenValue, mapStructure, type Structure } from './structure.ts'

export interface JacobianOptions {
  /**
   * Row by row, one backward pass for each element of the value, or column by column, one product for each element of
   * the arguments. Take `'forward'` where there are fewer arguments than values. Default: `'reverse'`.
   */
  readonly mode?: 'reverse' | 'forward'
}

/** For each tensor of a value, in its structure, the derivatives with respect to all arguments. */
export type JacobianOf<Y, A extends readonly Structure[]> = Structure extends Y
  ? Structure
  : Y extends Tensor
    ? Gradients<A>
    : { -readonly [K in keyof Y]: JacobianOf<Y[K], A> }

/** The function that {@link jacobian} makes: of the same arguments, or of variables that the function reads itself. */
export type JacobianFunction<A extends readonly Structure[], Y> = A extends readonly []
  ? <const V extends Structure>(variables: V) => JacobianOf<Y, readonly [V]>
  : (...args: A) => JacobianOf<Y, A>

/**
 * Makes the function that computes all derivatives of a function's value, J[i…, j…] = ∂yᵢ/∂xⱼ.
 *
 * For a tensor x and a tensor y the result has the shape [...y.shape, ...x.shape] and the dtype of x. Arguments may be
 * structures, as for {@link valueAndGrad}, and the value one too: then there is a structure of the arguments' for each
 * tensor of the value. Memory beyond the result is that of one pass and two copies of the rows of one tensor.
 *
 * @param f A synchronous function that returns float tensors of any shape.
 * @param options `mode`.
 * @throws {@link DTypeError} when the value or an argument is not a float, {@link ArgumentError} for an unknown mode or a value that is no tensor.
 * @see https://docs.jax.dev/en/latest/_autosummary/jax.jacrev.html
 * @example
 * ```ts
 * jacobian((x: Tensor) => square(x))(tensor([1, 2])) // [[2, 0], [0, 4]]
 * ```
 */
export function jacobian<const A extends readonly Structure[], Y extends Structure>(
  f: (...args: A) => Y,
  options: JacobianOptions = {},
): JacobianFunction<A, Y> {
  checkFunction('jacobian', f)
  checkOptionNames('jacobian', options, ['mode'])
  const { mode = 'reverse' } = options
  if (mode !== 'reverse' && mode !== 'forward') {
    throw new ArgumentError('there is no such mode', {
      op: 'jacobian',
      received: { mode },
      expected: "'reverse' or 'forward'",
    })
  }
  const run = (...args: A): unknown => jacobianOf('jacobian', f, args, mode)
  return run as never
}

/** The Jacobian of one call. */
export function jacobianOf(
  op: string,
  f: (...args: never) => unknown,
  args: readonly Structure[],
  mode: 'reverse' | 'forward',
): unknown {
  const outer = openScope()
  let kept: readonly Tensor[] = []
  try {
    const { value, blocks } = mode === 'reverse' ? byRows(op, f, args) : byColumns(op, f, args)
    kept = blocks.flat()
    const structures = blocks.map((block) => inStructure(args, block))
    let next = 0
    return mapStructure(value, () => structures[next++])
  } finally {
    closeScope(outer, kept)
  }
}

/** For each tensor of the value the derivatives with respect to each tensor of the arguments. */
interface Blocks {
  readonly value: unknown
  readonly blocks: readonly (readonly Tensor[])[]
}

function byRows(op: string, f: (...args: never) => unknown, args: readonly Structure[]): Blocks {
  const recording = new Recording()
  try {
    const { inputs, leaves, watched } = watchArguments(op, recording, args)
    const value = f(...(watched as never))
    const outputs = flattenValue(op, value)
    for (const y of outputs) checkFloat(op, "the function's value", y)
    recording.pause()
    const blocks = outputs.map((y) =>
      tidy(() => {
        const rows = unitVectors(y).map((seed) =>
          tidy(() => {
            const gradients = backward(recording, [{ y, seed: seed() }], leaves, true)
            return ownGradients(gradients, inputs).map((g) => reshape(g, [g.size]))
          }),
        )
        return inputs.map((x, i) =>
          assemble(
            rows.map((row) => row[i]!),
            0,
            y,
            x,
          ),
        )
      }),
    )
    return { value, blocks }
  } finally {
    recording.close()
  }
}

function byColumns(op: string, f: (...args: never) => unknown, args: readonly Structure[]): Blocks {
  return linearize(op, f, args, ({ value, outputs, inputs, push }) => {
    const ofInputs = inputs.map((x, i) =>
      tidy(() => {
        const columns = unitVectors(x).map((seed) =>
          tidy(() => {
            const tangent = seed()
            const tangents = push(
              inputs.map((_, j) => (i === j ? tangent : null)),
              true,
            )
            return tangents.map((t) => reshape(t, [t.size]))
          }),
        )
        return outputs.map((y, j) =>
          assemble(
            columns.map((column) => column[j]!),
            1,
            y,
            x,
          ),
        )
      }),
    )
    return { value, blocks: outputs.map((_, j) => ofInputs.map((block) => block[j]!)) }
  })
}

/** Functions that make each tensor of x's shape with a single one among zeros: windows that slide over one storage. */
function unitVectors(x: Tensor): (() => Tensor)[] {
  if (x.size === 0) return []
  const data = allocateData(x.dtype, 2 * x.size - 1)
  data[x.size - 1] = 1
  const line = fromData(x.storage.backend, x.dtype, [data.length], data)
  const strides = rowMajorStrides(x.shape)
  return Array.from({ length: x.size }, (_, i) => () => alias(line, x.shape, strides, x.size - 1 - i))
}

/** The rows or columns of the derivatives of y with respect to x as one tensor. */
function assemble(lines: readonly Tensor[], axis: number, y: Tensor, x: Tensor): Tensor {
  const shape = [...y.shape, ...x.shape]
  const { dtype } = x
  if (lines.length === 0) return zeros(shape, { dtype, backend: x.storage.backend })
  return tidy(() => {
    const whole = reshape(stack(lines, { axis }), shape)
    return whole.dtype === dtype ? whole : cast(whole, dtype)
  })
}
