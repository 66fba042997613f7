import type { DType } from '@tapegrad/core'
import type { CopyPlane } from '../copy/copy-plane.ts'
import { elementTypes } from '../element-type.ts'
import { addressOf, type CpuView } from '../views.ts'
import type { CompiledKernel, InputMode } from './kernel.ts'
import type { Workspace } from './workspace.ts'

/** An input as kernels see it: where it begins, and its strides in bytes. */
export interface StridedInput {
  readonly dtype: DType
  readonly address: number
  readonly strides: readonly number[]
}

/** A view as an input. */
export function stridedInput(view: CpuView): StridedInput {
  const { bytes } = elementTypes[view.dtype]
  return {
    dtype: view.dtype,
    address: addressOf(view),
    strides: view.strides.map((stride) => stride * bytes),
  }
}

/** Makes the kernel for inputs that move in these ways along a row. */
type KernelFor = (modes: readonly InputMode[]) => CompiledKernel

/** Runs an element-wise kernel for inputs with any strides. */
export type RunStrided = (kernelFor: KernelFor, inputs: readonly StridedInput[], out: CpuView) => void

/** An input in one plane, and where it is packed to, if it is. */
interface PlaneInput {
  readonly bytes: number
  readonly dtype: DType
  readonly rowStride: number
  readonly stride: number
  readonly packed: number | undefined
}

interface Plane {
  readonly count: number
  readonly rows: number
  readonly outBytes: number
  readonly inputs: readonly PlaneInput[]
}

/**
 * Kernels take planes, whose rows are the last dimension; dimensions before the last two are walked here.
 *
 * Vector kernels want inputs that are contiguous along a row, or the same element all the time. Where one is not, the
 * plane goes in tiles through the workspace.
 */
export function makeRunStrided(copyPlane: CopyPlane, workspace: Workspace): RunStrided {
  const runPlane = (
    kernel: CompiledKernel,
    plane: Plane,
    addresses: readonly number[],
    out: number,
  ): void => {
    const strides = plane.inputs.flatMap(({ rowStride, stride }) => [rowStride, stride])
    kernel.run(...addresses, out, plane.count, plane.rows, plane.count * plane.outBytes, ...strides)
  }

  const runTiles = (
    kernel: CompiledKernel,
    plane: Plane,
    addresses: readonly number[],
    out: number,
  ): void => {
    const { count, rows, outBytes, inputs } = plane
    const outRowStride = count * outBytes
    for (let row = 0; row < rows; row += workspace.rows) {
      const height = Math.min(workspace.rows, rows - row)
      // From right to left: kernels write past the end of a row, into what has to come after.
      const lastColumn = count - 1 - ((count - 1) % workspace.columns)
      for (let column = lastColumn; column >= 0; column -= workspace.columns) {
        const width = Math.min(workspace.columns, count - column)
        const strides: number[] = []
        const sources = inputs.map(({ dtype, bytes, rowStride, stride, packed }, i) => {
          const source = addresses[i]! + row * rowStride + column * stride
          if (packed === undefined) {
            strides.push(rowStride, stride)
            return source
          }
          const packedRow = workspace.columns * bytes
          copyPlane(dtype, dtype, source, packed, width, height, rowStride, stride, packedRow, bytes)
          strides.push(packedRow, bytes)
          return packed
        })
        const target = out + row * outRowStride + column * outBytes
        kernel.run(...sources, target, width, height, outRowStride, ...strides)
      }
    }
  }

  return (kernelFor, inputs, out) => {
    const { shape } = out
    const plane = planeOf(inputs, out, workspace)
    const kernel = kernelFor(plane.inputs.map(({ stride }) => modeOf(stride)))
    const isStraight = kernel.takesStrides || plane.inputs.every(({ packed }) => packed === undefined)
    const run = isStraight ? runPlane : runTiles
    const planeBytes = plane.rows * plane.count * plane.outBytes
    let target = addressOf(out)
    const visit = (axis: number, addresses: readonly number[]): void => {
      if (axis >= shape.length - 2) {
        run(kernel, plane, addresses, target)
        target += planeBytes
        return
      }
      for (let i = 0; i < shape[axis]!; i++) {
        const next = inputs.map(({ strides }, k) => addresses[k]! + i * strides[axis]!)
        visit(axis + 1, next)
      }
    }
    visit(
      0,
      inputs.map(({ address }) => address),
    )
  }
}

/** How an input moves along a row; what is not repeated is contiguous, if need be after packing. */
export function modeOf(stride: number): InputMode {
  return stride === 0 ? 'repeated' : 'contiguous'
}

function planeOf(inputs: readonly StridedInput[], out: CpuView, workspace: Workspace): Plane {
  const { shape, dtype } = out
  const inner = shape.length - 1
  const count = shape[inner] ?? 1
  const rows = shape[inner - 1] ?? 1
  return {
    count,
    rows,
    outBytes: elementTypes[dtype].bytes,
    inputs: inputs.map(({ dtype: inputType, strides }, i) => {
      const { bytes } = elementTypes[inputType]
      const stride = count > 1 ? strides[inner]! : 0
      const rowStride = rows > 1 ? strides[inner - 1]! : 0
      const packed = stride === 0 || stride === bytes ? undefined : workspace.addresses[i]!
      return { dtype: inputType, bytes, rowStride, stride, packed }
    }),
  }
}
