import { bytesPerElement, type Shape, ShapeError, sizeOf, type Tensor, tidy, zeros } from '@tapegrad/core'
import { asList, isList, likeInput } from './lists.ts'
import { checkProbe } from './loading.ts'
import type { SymbolicShape, Tensors } from './symbolic-tensor.ts'

/**
 * The shape of a function's output, found by calling it twice on zeros.
 *
 * @param others What the function takes besides its inputs.
 * @throws Whatever the function throws for such inputs.
 */
export function inferOutputShape(
  f: (inputs: Tensors, others: readonly Tensor[]) => Tensors,
  inputShape: SymbolicShape | readonly SymbolicShape[],
  others: readonly { readonly shape: SymbolicShape }[],
  options: Parameters<typeof zeros>[1],
): SymbolicShape | readonly SymbolicShape[] {
  const takesList = inputShape.some((entry) => Array.isArray(entry))
  const shapes = (takesList ? inputShape : [inputShape]) as readonly SymbolicShape[]
  const outputOf = (probe: number): Probe =>
    tidy(() => {
      const zerosOf = (shape: SymbolicShape): Tensor =>
        probeOf(
          shape.map((side) => side ?? probe),
          options,
        )
      const output = f(
        likeInput<Tensor>(shapes.map(zerosOf), takesList),
        others.map(({ shape }) => zerosOf(shape)),
      )
      return { list: isList(output), shapes: asList<Tensor>(output).map((tensor) => tensor.shape) }
    })
  // Two different sizes for what is unknown tell which sizes of the output depend on it.
  const first = outputOf(2)
  const second = outputOf(3)
  const found = first.shapes.map((shape, i) => mergeShapes(shape, second.shapes[i]))
  return first.list ? found : found[0]!
}

interface Probe {
  readonly list: boolean
  readonly shapes: readonly (readonly number[])[]
}

function probeOf(shape: Shape, options: Parameters<typeof zeros>[1]): Tensor {
  checkProbe(sizeOf(shape) * bytesPerElement(options?.dtype ?? 'float32'))
  return zeros(shape, options)
}

function mergeShapes(a: readonly number[], b: readonly number[] | undefined): SymbolicShape {
  if (a.length === b?.length) return a.map((side, i) => (side === b[i] ? side : null))
  throw new ShapeError('the number of dimensions of the output depends on unknown sizes', {
    received: { a, b },
    hint: 'override computeOutputShape, or declare the shape of the input',
  })
}
