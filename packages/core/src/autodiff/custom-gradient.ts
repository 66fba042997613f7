import { ArgumentError, ShapeError } from '../errors/index.ts'
import { detachScope, openScope, rejectPromise, tidy } from '../memory/scope.ts'
import { sameShape } from '../tensor/shape.ts'
import { cloneHandle, Tensor } from '../tensor/tensor.ts'
import { nodeOf, recordingsOf } from './define-op.ts'
import { checkFunction } from './grad.ts'
import { checkInput } from './inputs.ts'
import { Node, type OpRecord } from './node.ts'
import { enlist, isNoting, setActive } from './recording.ts'

/** What the function given to {@link customGradient} returns. */
export interface CustomGradient {
  readonly value: Tensor
  /** The gradients of all arguments from the gradient of the value; null for an argument without one. */
  readonly gradient: (g: Tensor) => Tensor | null | readonly (Tensor | null)[]
}

/**
 * Gives a function a gradient of your own.
 *
 * `gradient` may use the arguments and whatever the function computed. Written in differentiable ops, it can be
 * differentiated again.
 *
 * @returns A function of the same tensors that returns the value.
 * @see https://www.tensorflow.org/api_docs/python/tf/custom_gradient
 * @example
 * ```ts
 * const clippedIdentity = customGradient((x) => ({
 *   value: mul(x, 1),
 *   gradient: (g) => minimum(maximum(g, -1), 1),
 * }))
 * ```
 */
export function customGradient<const A extends readonly Tensor[]>(
  f: (...xs: A) => CustomGradient,
): (...xs: A) => Tensor {
  checkFunction('customGradient', f)
  return (...xs) => {
    xs.forEach((x, i) => checkInput('customGradient', `argument ${i}`, x))
    const mask = xs.reduce((bits, x) => bits | recordingsOf(x), 0)
    if (mask === 0) return tidy(() => cloneHandle(checkResult(f(...xs)).value))
    // What the function makes belongs to the tape: its gradient may use it long after the scopes around have ended.
    const outer = openScope()
    let result: CustomGradient | undefined
    let residuals: Tensor[] = []
    try {
      result = checkResult(runInside(f, xs.map(cloneHandle) as unknown as A, mask))
    } finally {
      residuals = detachScope(outer)
      if (result === undefined) for (const residual of residuals) residual.dispose()
    }
    const out = cloneHandle(result.value)
    const node = new Node(makeRecord(result.gradient, xs), undefined, mask)
    node.parents = xs.map(nodeOf)
    node.inputs = [...xs]
    node.residuals = residuals
    out.node = node
    enlist(node, mask)
    return out
  }
}

/**
 * With one recording its own tape needs nothing of the inside. With several, an outer one differentiates the
 * gradient, and with it the values that the gradient uses: then the inside is recorded as well. So it is in a
 * checkpointed function: when it runs again, fewer recordings may be left, and it must record the same.
 */
function runInside<A extends readonly Tensor[]>(
  f: (...xs: A) => CustomGradient,
  xs: A,
  mask: number,
): CustomGradient {
  const isOnly = (mask & (mask - 1)) === 0
  if (!isOnly || isNoting()) return f(...xs)
  const before = setActive(0)
  try {
    return f(...xs)
  } finally {
    setActive(before)
  }
}

function makeRecord(gradient: CustomGradient['gradient'], xs: readonly Tensor[]): OpRecord {
  const shapes = xs.map(({ dtype, shape }) => ({ dtype, shape }))
  const joint = (g: Tensor): readonly (Tensor | null)[] => {
    const result = gradient(g)
    const gradients: readonly (Tensor | null)[] = Array.isArray(result) ? result : [result as Tensor | null]
    if (gradients.length !== shapes.length) {
      throw new ArgumentError(
        'the gradient function returned another number of gradients than there are arguments',
        {
          op: 'customGradient',
          received: { gradients: gradients.length, arguments: shapes.length },
        },
      )
    }
    gradients.forEach((part, i) => {
      if (part === null) return
      checkInput('customGradient', `gradient ${i}`, part)
      if (sameShape(part.shape, shapes[i]!.shape)) return
      throw new ShapeError('a gradient has another shape than its argument', {
        op: 'customGradient',
        received: { gradient: part, argument: shapes[i] },
      })
    })
    return gradients
  }
  return {
    name: 'customGradient',
    savedInputs: 0,
    savesOutput: false,
    rules: [],
    joint: joint as never,
    saved: () => undefined as never,
  }
}

function checkResult(result: unknown): CustomGradient {
  rejectPromise('customGradient', result)
  const candidate = result as Partial<CustomGradient> | null
  if (candidate?.value instanceof Tensor && typeof candidate.gradient === 'function') {
    candidate.value.assertUsable('customGradient', 'value')
    return candidate as CustomGradient
  }
  throw new ArgumentError('the function did not return { value, gradient }', {
    op: 'customGradient',
    received: { result },
    expected: '{ value: a tensor, gradient: (g) => gradients of all arguments }',
  })
}
