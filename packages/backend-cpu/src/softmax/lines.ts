import type { FunctionBuilder, Local } from '../assembler/index.ts'
import type { Vectors } from '../elementwise/vector-math.ts'

/** Some vectors of a line, or of lines side by side, at the same place of several tensors. */
export interface Part {
  /** The elements of a tensor, by its number. */
  load(tensor: number): Vectors
  store(tensor: number, values: Vectors): void
}

/**
 * Lines of float32, along which a kernel reduces. Each method emits a loop over all elements, and what it gives holds
 * for the whole line.
 */
export interface Lines {
  each(work: (part: Part) => void): void
  /** The largest value that is a number, or −Infinity. */
  maximum(values: (part: Part) => Vectors): Vectors
  /** The sum: few values are added in single precision, the rest in double. */
  total(values: (part: Part) => Vectors): Vectors
}

/** Vectors that follow one another, at an address for each tensor. */
export function wholeVectors(fn: FunctionBuilder, pointers: readonly Local<'i32'>[], width: number): Part {
  const offsets = Array.from({ length: width }, (_, i) => 16 * i)
  return {
    load: (tensor) =>
      offsets.map((offset) => {
        const vector = fn.local('v128')
        fn.load('v128.load', pointers[tensor]!, offset).set(vector)
        return vector
      }),
    store(tensor, values) {
      for (const [i, offset] of offsets.entries()) {
        fn.store('v128.store', pointers[tensor]!, values[i] ?? values[0]!, offset)
      }
    },
  }
}

/** The first `count` lanes of a vector, from 1 to 3: more is read, but only they are written. */
export function firstLanes(
  fn: FunctionBuilder,
  pointers: readonly Local<'i32'>[],
  count: Local<'i32'>,
): Part {
  return {
    ...wholeVectors(fn, pointers, 1),
    store(tensor, [vector]) {
      const address = pointers[tensor]!
      fn.op('i32.and', count, 2).if(
        () => {
          fn.storeLane('v128.store64_lane', 0, address, vector!)
          fn.op('i32.and', count, 1).if(() => fn.storeLane('v128.store32_lane', 2, address, vector!, 8))
        },
        () => fn.storeLane('v128.store32_lane', 0, address, vector!),
      )
    },
  }
}

/** A mask of the first `count` of four lanes. */
export function maskOfFirst(fn: FunctionBuilder, count: Local<'i32'>): Vectors {
  const mask = fn.local('v128')
  fn.op('i32x4.splat', count)
    .op('i32x4.gt_s', fn.constant('i32x4', 0, 1, 2, 3))
    .set(mask)
  return [mask]
}
