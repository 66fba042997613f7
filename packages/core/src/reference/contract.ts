import type { Capabilities, Operand, View } from '../backend/backend.ts'
import { UnsupportedError } from '../errors/index.ts'
import type { Data, DType } from '../tensor/dtype.ts'
import { isRowMajor } from '../tensor/shape.ts'

/*
 * Backends need not check what core hands them. This one does where its capabilities are restricted, because it then
 * stands in for a device that would compute nonsense: a plain Error is a mistake in core, not in the user's program.
 */

/** Throws when an element-wise function is called that the backend does not claim to have. */
export function checkOp<Op extends string>(caps: ReadonlySet<Op>, op: Op): void {
  if (!caps.has(op)) throw new Error(`internal: ${op} is not among the capabilities, so it must be composed`)
}

/** Throws when a view has more dimensions than the backend takes. */
export function checkRank(caps: Capabilities, method: string, ...views: readonly View<Data>[]): void {
  for (const { shape } of views) {
    if (shape.length > caps.maxRank) {
      throw new Error(`internal: ${method} got rank ${shape.length}, and maxRank is ${caps.maxRank}`)
    }
  }
}

/** Throws when a view has too many dimensions, or gaps where the backend takes none. */
export function checkOperands(
  caps: Capabilities,
  method: string,
  ...operands: readonly Operand<Data>[]
): void {
  for (const operand of operands) {
    if (typeof operand === 'number') continue
    checkRank(caps, method, operand)
    const { shape, strides } = operand
    if (!caps.strided && !isRowMajor(shape, strides)) {
      const layout = `shape [${shape.join(', ')}] with strides [${strides.join(', ')}]`
      throw new Error(`internal: ${method} got ${layout}, and the backend only takes contiguous views`)
    }
  }
}

/** Throws {@link UnsupportedError} for a storage that the backend cannot hold whatever memory there is. */
export function checkStorage(caps: Capabilities, dtype: DType, length: number): void {
  if (!caps.dtypes.has(dtype)) {
    throw new UnsupportedError('the backend does not have this dtype', {
      op: 'alloc',
      received: { dtype },
      expected: `one of ${[...caps.dtypes].join(', ')}`,
    })
  }
  if (length > caps.maxLength) {
    throw new UnsupportedError('the storage is longer than the backend allows', {
      op: 'alloc',
      received: { length },
      expected: `at most ${caps.maxLength} elements`,
    })
  }
}
