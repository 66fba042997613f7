import { type Optimizer, SerializationError, sameShape, tensor, type Variable } from '@tapegrad/core'
import type { AnyModel } from '../models/model.ts'
import type { StoredArray } from './safetensors.ts'

type StoredArrays = ReadonlyMap<string, StoredArray>

/** The name of a variable in a file: its position keeps it unique and in order. */
export function storedName(group: string, position: number, { name }: Variable): string {
  return `${group}/${position}/${name}`
}

/** The names in a file of a group's tensors. */
export function storedNames(group: string, tensors: StoredArrays): readonly string[] {
  return [...tensors.keys()].filter((name) => name.startsWith(`${group}/`))
}

/** Gives a model's weights the values of a file. */
export function restoreWeights(model: AnyModel, tensors: StoredArrays): void {
  const { weights } = model
  const arrays = findArrays('weights', weights, tensors)
  // One by one: a second copy of all of them would double the peak of memory.
  weights.forEach((weight, i) => {
    const { dtype, shape, data } = arrays[i]!
    using value = tensor(data, { dtype, shape, backend: weight.storage.backend })
    weight.assign(value)
  })
}

/** Gives an optimizer the state of a file. */
export function restoreOptimizer(
  optimizer: Optimizer,
  variables: readonly Variable[],
  tensors: StoredArrays,
  iterations: string | undefined,
): void {
  const count = /^\d+$/.test(iterations ?? '') ? Number(iterations) : Number.NaN
  if (!Number.isSafeInteger(count)) throw failure('the step count is not a whole number', { iterations })
  // An optimizer that took no step has no state yet.
  if (storedNames('optimizer', tensors).length === 0 && count === 0) return
  optimizer.build(variables)
  const arrays = findArrays('optimizer', optimizer.variables, tensors)
  const values = arrays.map(({ dtype, shape, data }, i) =>
    tensor(data, { dtype, shape, backend: optimizer.variables[i]!.storage.backend }),
  )
  try {
    optimizer.restore(count, values)
  } finally {
    for (const value of values) value.dispose()
  }
}

/** The tensors of a group for these variables, each of which must be there once. */
function findArrays(group: string, variables: readonly Variable[], tensors: StoredArrays): StoredArray[] {
  const stored = storedNames(group, tensors)
  if (stored.length !== variables.length) {
    throw failure('the file has another number of tensors than the model', {
      group,
      file: stored.length,
      model: variables.length,
    })
  }
  return variables.map((variable, i) => {
    const name = storedName(group, i, variable)
    const array = tensors.get(name)
    if (array === undefined) throw failure('the file lacks a tensor', { tensor: name })
    if (array.dtype === variable.dtype && sameShape(array.shape, variable.shape)) return array
    throw failure('a tensor of the file does not fit the model', {
      tensor: name,
      file: array,
      model: variable,
    })
  })
}

function failure(what: string, received: Readonly<Record<string, unknown>>): SerializationError {
  return new SerializationError(what, { op: 'loadModel', received })
}
