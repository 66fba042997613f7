import type { DType } from '@tapegrad/core'
import type { LoadName, StoreName } from './assembler/index.ts'

/** How elements of a dtype lie in memory, and what they are in code. */
export interface ElementType {
  readonly bytes: 1 | 4 | 8
  readonly scalar: 'i32' | 'f32' | 'f64'
  readonly load: LoadName
  readonly store: StoreName
  readonly loadSplat: LoadName
}

const byte: ElementType = {
  bytes: 1,
  scalar: 'i32',
  load: 'i32.load8_u',
  store: 'i32.store8',
  loadSplat: 'v128.load8_splat',
}

export const elementTypes: Readonly<Record<DType, ElementType>> = {
  bool: byte,
  uint8: byte,
  int32: {
    bytes: 4,
    scalar: 'i32',
    load: 'i32.load',
    store: 'i32.store',
    loadSplat: 'v128.load32_splat',
  },
  float32: {
    bytes: 4,
    scalar: 'f32',
    load: 'f32.load',
    store: 'f32.store',
    loadSplat: 'v128.load32_splat',
  },
  float64: {
    bytes: 8,
    scalar: 'f64',
    load: 'f64.load',
    store: 'f64.store',
    loadSplat: 'v128.load64_splat',
  },
}

/** A small number for each dtype, to index tables of kernels. */
export const dtypeIndex: Readonly<Record<DType, number>> = {
  bool: 0,
  uint8: 1,
  int32: 2,
  float32: 3,
  float64: 4,
}
