import type { Backend, Tensor } from '@tapegrad/core'

/** The arguments of a call as error messages show them: shapes, strides, attributes. */
export function describeCall(backend: Backend, inputs: readonly Tensor[], attributes: unknown): string {
  const lines = inputs.map(
    ({ dtype, shape, strides, offset }, i) =>
      `input ${i}: ${dtype}[${shape.join(', ')}], strides [${strides.join(', ')}], offset ${offset}`,
  )
  const shown = attributes === undefined ? [] : [`attributes: ${JSON.stringify(attributes)}`]
  return [...lines, ...shown, `backend: ${backend.name}`].join('\n  ')
}
