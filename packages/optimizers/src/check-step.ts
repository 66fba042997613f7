import {
  ArgumentError,
  BackendMismatchError,
  DisposedError,
  DTypeError,
  isFloat,
  ShapeError,
  sameShape,
  Tensor,
  Variable,
} from '@tapegrad/core'

/** Throws where variables are not a list of variables that can be trained. */
export function checkVariables(op: string, variables: unknown): asserts variables is readonly Variable[] {
  if (!Array.isArray(variables) || !variables.every((variable) => variable instanceof Variable)) {
    throw new ArgumentError('the variables are not a list of variables', {
      op,
      received: { variables },
      expected: 'model.trainableVariables, or a list of what variable(…) makes',
    })
  }
  const list = variables as readonly Variable[]
  if (list.length === 0) throw new ArgumentError('there are no variables to train', { op })
  checkUsable(op, list)
  for (const variable of list) {
    if (isFloat(variable.dtype)) continue
    throw new DTypeError('only floats can be trained', {
      op,
      received: { variable, name: variable.name },
    })
  }
  if (new Set(list).size === list.length) return
  throw new ArgumentError('a variable is there twice', {
    op,
    received: { variables: list.map(({ name }) => name) },
    hint: 'add its gradients, and name it once',
  })
}

/** Throws where one of the variables was disposed. */
export function checkUsable(op: string, variables: readonly Variable[]): void {
  for (const variable of variables) {
    if (!variable.disposed) continue
    throw new DisposedError(`${variable.name} was used after dispose`, { op, received: { variable } })
  }
}

/** Throws where gradients do not belong to the variables. */
export function checkGradients(
  op: string,
  gradients: unknown,
  variables: readonly Variable[],
): asserts gradients is readonly (Tensor | null)[] {
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
    if (g !== null) checkGradient(op, g, variables[i]!)
  })
}

function checkGradient(op: string, gradient: Tensor, variable: Variable): void {
  if (gradient.disposed) {
    throw new DisposedError('a gradient was used after dispose', details(op, gradient, variable))
  }
  if (!sameShape(gradient.shape, variable.shape)) {
    throw new ShapeError('a gradient has another shape than its variable', details(op, gradient, variable))
  }
  if (!isFloat(gradient.dtype)) {
    throw new DTypeError('a gradient is not of floats', details(op, gradient, variable))
  }
  if (gradient.storage.backend === variable.storage.backend) return
  throw new BackendMismatchError('a gradient lives on another backend than its variable', {
    op,
    received: {
      gradient: gradient.storage.backend.name,
      variable: variable.storage.backend.name,
      name: variable.name,
    },
    hint: 'await gradient.to(backend) first',
  })
}

function details(
  op: string,
  gradient: Tensor,
  variable: Variable,
): { readonly op: string; readonly received: Readonly<Record<string, unknown>> } {
  return { op, received: { gradient, variable, name: variable.name } }
}
