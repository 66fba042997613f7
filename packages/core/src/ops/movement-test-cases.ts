import { expect } from 'vitest'
import { checkGradients } from '../autodiff/check-gradients.ts'
import { grad } from '../autodiff/grad.ts'
import type { Backend } from '../backend/backend.ts'
import { requiredBinaryOps, requiredUnaryOps } from '../backend/opcodes.ts'
import { memory } from '../memory/memory.ts'
import { referenceBackend } from '../reference/index.ts'
import { allocateData, type DType, dtypes } from '../tensor/dtype.ts'
import { rowMajorStrides, type Shape, sizeOf } from '../tensor/shape.ts'
import { alias, fromData, type Tensor } from '../tensor/tensor.ts'
import { mul } from './mul.ts'
import { sum } from './sum.ts'

/** Values and their shape, as the oracles of these tests take and give them. */
export interface Plain {
  readonly shape: Shape
  /** In row-major order. */
  readonly values: readonly number[]
}

/** Each multi-index of a shape, in row-major order. */
export function indicesOf(shape: Shape): number[][] {
  return Array.from({ length: sizeOf(shape) }, (_, position) => {
    let rest = position
    return [...shape]
      .reverse()
      .map((side) => {
        const index = rest % side
        rest = Math.floor(rest / side)
        return index
      })
      .reverse()
  })
}

/** Values computed from each multi-index. */
export function plain(shape: Shape, value: (index: readonly number[]) => number): Plain {
  return { shape, values: indicesOf(shape).map(value) }
}

/** The value at a multi-index. */
export function at({ shape, values }: Plain, index: readonly number[]): number {
  let position = 0
  shape.forEach((side, i) => {
    position = position * side + index[i]!
  })
  return values[position]!
}

/** How a tensor can lie in its storage. */
interface Layout {
  readonly name: string
  readonly strides: readonly number[]
  readonly offset: number
}

function layoutsOf(shape: Shape): Layout[] {
  const rowMajor = rowMajorStrides(shape)
  const reversed = rowMajorStrides([...shape].reverse())
  const roomy = rowMajorStrides(shape.map((side) => 2 * side + 1))
  const last = shape.reduce((position, side, i) => position + Math.max(0, side - 1) * rowMajor[i]!, 0)
  return [
    { name: 'contiguous', strides: rowMajor, offset: 0 },
    { name: 'transposed', strides: [...reversed].reverse(), offset: 0 },
    { name: 'sliced', strides: roomy.map((stride) => 2 * stride), offset: 1 },
    { name: 'flipped', strides: rowMajor.map((stride) => -stride), offset: last },
    { name: 'broadcast', strides: rowMajor.map((stride, i) => (i === 0 ? 0 : stride)), offset: 0 },
  ]
}

/** A tensor in some layout, and the same as plain values. */
export interface Laid {
  readonly x: Tensor
  readonly values: Plain
}

function lay(
  backend: Backend,
  dtype: DType,
  shape: Shape,
  { strides, offset }: Layout,
  value: (i: number) => number,
): Laid {
  const length = shape.reduce(
    (n, side, i) => n + Math.max(0, side - 1) * Math.max(0, strides[i]!),
    offset + 1,
  )
  const data = allocateData(dtype, length).fill(dtype === 'bool' ? 1 : 77)
  const positions = indicesOf(shape).map((index) =>
    index.reduce((p, i, axis) => p + i * strides[axis]!, offset),
  )
  positions.forEach((position, i) => {
    data[position] = value(i)
  })
  const whole = fromData(backend, dtype, [length], data)
  const x = alias(whole, shape, strides, offset)
  whole.dispose()
  return { x, values: { shape, values: positions.map((position) => data[position]!) } }
}

/** The full reference backend, and one that can do as little as a backend may. */
export const testBackends: readonly Backend[] = [
  referenceBackend() as Backend,
  referenceBackend({
    strided: false,
    maxRank: 4,
    unary: new Set(requiredUnaryOps),
    binary: new Set(requiredBinaryOps),
  }) as Backend,
]

/** Visits tensors of a shape on every backend, in every dtype and layout. */
export function forEachTensor(shape: Shape, visit: (laid: Laid, backend: Backend) => void): void {
  for (const backend of testBackends) {
    for (const dtype of dtypes) {
      for (const layout of layoutsOf(shape)) {
        const laid = lay(
          backend,
          dtype,
          shape,
          layout,
          dtype === 'bool' ? (i) => Number(i % 3 === 0) : (i) => i + 1,
        )
        visit(laid, backend)
        laid.x.dispose()
      }
    }
  }
}

/** Compares a tensor with plain values. */
export function expectValues(actual: Tensor, expected: Plain): void {
  expect(actual.shape).toEqual(expected.shape)
  expect([...actual.dataSync()]).toEqual(expected.values)
}

/** Checks that a function leaves nothing behind but what it returns. */
export function expectBalanced(f: () => Tensor | readonly Tensor[]): void {
  const before = memory()
  const result = f()
  for (const x of 'storage' in result ? [result] : result) x.dispose()
  expect(memory()).toEqual(before)
}

/** Checks an op on one tensor against its oracle: values, dtype, untouched input, nothing left behind. */
export function checkValues(shape: Shape, f: (x: Tensor) => Tensor, oracle: (x: Plain) => Plain): void {
  forEachTensor(shape, ({ x, values }) => {
    const out = f(x)
    expect(out.dtype).toBe(x.dtype)
    expect(out).not.toBe(x)
    expectValues(out, oracle(values))
    out.dispose()
    expectValues(x, values)
    expectBalanced(() => f(x))
  })
}

/**
 * Checks the first and second gradient of a function of float64 tensors on both backends and in every layout, and
 * that a gradient leaves nothing behind.
 *
 * The function is cubed: of a linear one every second derivative would be zero, and its adjoint's rule not be seen.
 */
export async function checkBothGradients(
  shapes: readonly Shape[],
  f: (...xs: Tensor[]) => Tensor,
): Promise<void> {
  const cubed = (...xs: Tensor[]): Tensor => {
    const y = f(...xs)
    return mul(y, mul(y, y))
  }
  for (const backend of testBackends) {
    for (let layout = 0; layout < 5; layout++) {
      const inputs = shapes.map(
        (shape, which) =>
          lay(backend, 'float64', shape, layoutsOf(shape)[layout]!, (i) => 0.9 * Math.sin(5 * i + which)).x,
      )
      await checkGradients(cubed, inputs, { order: 2, directions: 2 })
      expectBalanced(() => [grad((...xs: Tensor[]) => sum(cubed(...xs)))(...inputs)].flat())
      for (const x of inputs) x.dispose()
    }
  }
}
