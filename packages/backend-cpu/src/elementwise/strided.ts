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
export type KernelFor = (modes: readonly InputMode[]) => CompiledKernel

/** Runs an element-wise kernel for inputs with any strides, plane by plane. */
export type RunStrided = (kernelFor: KernelFor, inputs: readonly StridedInput[], out: CpuView) => void

/**
 * Kernels take planes: rows of elements. Further axes are walked here.
 *
 * Vector kernels want inputs that are contiguous along a row, or the same element all the time. Others are packed
 * first, as many rows at a time as fit into the workspace.
 */
export function makeRunStrided(copyPlane: CopyPlane, workspace: Workspace): RunStrided {
  return (kernelFor, inputs, out) => {
    const { shape } = out
    const inner = shape.length - 1
    const count = shape[inner] ?? 1
    const rows = shape[inner - 1] ?? 1
    const outBytes = elementTypes[out.dtype].bytes
    const strides = inputs.map((input) => (count > 1 ? input.strides[inner]! : 0))
    const rowStrides = inputs.map((input) => (rows > 1 ? input.strides[inner - 1]! : 0))
    const isPacked = inputs.map(
      ({ dtype }, i) => strides[i] !== 0 && strides[i] !== elementTypes[dtype].bytes,
    )
    const modes = strides.map((stride): InputMode => (stride === 0 ? 'repeated' : 'contiguous'))
    const kernel = kernelFor(modes)
    const run = kernel.takesStrides || !isPacked.includes(true) ? runPlane : runPacked
    let target = addressOf(out)

    function runPlane(addresses: readonly number[]): void {
      kernel.run(...addresses, target, count, rows, ...interleave(rowStrides, strides))
    }

    function runPacked(addresses: readonly number[]): void {
      const width = Math.min(count, workspace.elements)
      const height = Math.max(1, Math.min(rows, Math.floor(workspace.elements / width)))
      for (let row = 0; row < rows; row += height) {
        for (let column = 0; column < count; column += width) {
          const tile = { width: Math.min(width, count - column), height: Math.min(height, rows - row) }
          const starts = addresses.map((address, i) => address + row * rowStrides[i]! + column * strides[i]!)
          runTile(starts, target + (row * count + column) * outBytes, tile)
        }
      }
    }

    function runTile(
      addresses: readonly number[],
      tileTarget: number,
      { width, height }: { width: number; height: number },
    ): void {
      const sources = [...addresses]
      const tileStrides = [...strides]
      const tileRowStrides = [...rowStrides]
      for (const [i, { dtype }] of inputs.entries()) {
        if (!isPacked[i]) continue
        const { bytes } = elementTypes[dtype]
        const packed = workspace.addresses[i]!
        copyPlane(
          dtype,
          dtype,
          addresses[i]!,
          packed,
          width,
          height,
          rowStrides[i]!,
          strides[i]!,
          width * bytes,
          bytes,
        )
        sources[i] = packed
        tileStrides[i] = bytes
        tileRowStrides[i] = width * bytes
      }
      kernel.run(...sources, tileTarget, width, height, ...interleave(tileRowStrides, tileStrides))
    }

    const visit = (axis: number, addresses: readonly number[]): void => {
      if (axis >= inner - 1) {
        run(addresses)
        target += rows * count * outBytes
        return
      }
      for (let i = 0; i < shape[axis]!; i++) {
        visit(
          axis + 1,
          addresses.map((address, k) => address + i * inputs[k]!.strides[axis]!),
        )
      }
    }
    visit(
      0,
      inputs.map(({ address }) => address),
    )
  }
}

function interleave(a: readonly number[], b: readonly number[]): number[] {
  return a.flatMap((value, i) => [value, b[i]!])
}
