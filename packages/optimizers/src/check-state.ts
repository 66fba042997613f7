import { ArgumentError, ShapeError, sameShape, Tensor, type Variable } from '@tapegrad/core'

/** Throws where a state does not fit the variables that are to take it. */
export function checkState(
  op: string,
  stepCount: number,
  values: readonly Tensor[],
  variables: readonly Variable[],
): void {
  if (!Number.isSafeInteger(stepCount) || stepCount < 0) {
    throw new ArgumentError('the step count is not a whole number of at least 0', {
      op,
      received: { stepCount },
    })
  }
  if (!Array.isArray(values) || values.length !== variables.length) {
    throw new ArgumentError('the state has another number of tensors than this optimizer', {
      op,
      received: { values: Array.isArray(values) ? values.length : values, variables: variables.length },
      hint: 'build the optimizer with the same variables and options first',
    })
  }
  variables.forEach((variable, i) => {
    const value: unknown = values[i]
    if (value instanceof Tensor && sameShape(value.shape, variable.shape)) return
    throw new ShapeError('a tensor of the state does not fit the optimizer', {
      op,
      received: { value, variable, name: variable.name },
    })
  })
}
