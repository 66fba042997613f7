import { ArgumentError, ShapeError, Tensor, Variable } from '@tapegrad/core'

/** Throws where variables are not a list of variables. */
export function checkVariables(op: string, variables: unknown): asserts variables is readonly Variable[] {
  if (Array.isArray(variables) && variables.every((variable) => variable instanceof Variable)) {
    if (variables.length > 0) return
    throw new ArgumentError('there are no variables to train', { op })
  }
  throw new ArgumentError('the variables are not a list of variables', {
    op,
    received: { variables },
    expected: 'model.trainableVariables, or a list of what variable(…) makes',
  })
}

/** Throws where gradients do not belong to the variables. */
export function checkGradients(op: string, gradients: unknown, variables: readonly Variable[]): void {
  if (!Array.isArray(gradients) || !gradients.every((g) => g === null || g instanceof Tensor)) {
    throw new ArgumentError('the gradients are not a list of tensors', {
      op,
      received: { gradients },
      hint: 'optimizer.apply(gradients, variables): two lists, not one of pairs',
    })
  }
  const list = gradients as readonly (Tensor | null)[]
  if (list.length !== variables.length) {
    throw new ArgumentError('there are not as many gradients as variables', {
      op,
      received: { gradients: list.length, variables: variables.length },
    })
  }
  if (list.every((g) => g === null)) {
    throw new ArgumentError('no variable has a gradient', {
      op,
      hint: 'does the loss depend on the variables?',
    })
  }
  list.forEach((g, i) => {
    if (g === null) return
    const variable = variables[i]!
    if (g.shape.length === variable.shape.length && g.shape.every((side, d) => side === variable.shape[d]))
      return
    throw new ShapeError('a gradient has another shape than its variable', {
      op,
      received: { gradient: g, variable, name: variable.name },
    })
  })
}
