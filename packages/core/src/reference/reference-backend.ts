import type { Backend, Capabilities, Operand, View } from '../backend/backend.ts'
import { KernelTable } from '../backend/kernel-key.ts'
import type { ArgReduceOp, BinaryOp, ReduceOp, UnaryOp } from '../backend/opcodes.ts'
import { OutOfMemoryError } from '../errors/index.ts'
import { allocateData, type Data, type DType, isFloat } from '../tensor/dtype.ts'
import type { Storage } from '../tensor/storage.ts'
import { binaryFunction } from './binary-functions.ts'
import { checkOp, checkOperands, checkRank, checkStorage } from './contract.ts'
import {
  castTo,
  forEachPosition,
  outputElements,
  readElements,
  readOperand,
  splitAtAxis,
} from './elements.ts'
import { checkIndex, isInside } from './indices.ts'
import { capabilitiesOf, type ReferenceOptions } from './options.ts'
import { unaryFunctions } from './unary-functions.ts'

/**
 * The naive backend: plain loops over typed arrays.
 *
 * Every result is computed in double precision and rounded once, when it is stored. Each method first lays its
 * arguments out in row-major order, so that its loop shows nothing but the arithmetic.
 */
export class ReferenceBackend implements Backend<Data> {
  readonly name: string = 'reference'
  readonly caps: Capabilities
  readonly kernels: KernelTable = new KernelTable()

  /** @internal Use {@link referenceBackend}. */
  constructor(caps: Capabilities) {
    this.caps = caps
  }

  alloc(dtype: DType, length: number): Data {
    checkStorage(this.caps, dtype, length)
    try {
      return allocateData(dtype, length)
    } catch (cause) {
      throw new OutOfMemoryError('there is no memory for the storage', {
        op: 'alloc',
        received: { dtype, length },
        hint: 'dispose tensors that are no longer needed, or work in smaller batches',
        cause,
      })
    }
  }

  free(storage: Storage<Data>): void {
    // The storage object may live on: it must not keep the memory.
    storage.handle = allocateData(storage.dtype, 0)
  }

  write(storage: Storage<Data>, data: Data): void {
    storage.handle.set(data)
  }

  async read(storage: Storage<Data>): Promise<Data> {
    return this.readSync(storage)
  }

  readSync(storage: Storage<Data>): Data {
    return storage.handle.slice()
  }

  fill(out: View<Data>, value: number): void {
    checkRank(this.caps, 'fill', out)
    const data = out.storage.handle
    const element = castTo(out.dtype)(value)
    forEachPosition(out, (position) => {
      data[position] = element
    })
  }

  copy(x: View<Data>, out: View<Data>): void {
    checkRank(this.caps, 'copy', x, out)
    const data = out.storage.handle
    const cast = castTo(out.dtype)
    const elements = readElements(x)
    let next = 0
    forEachPosition(out, (position) => {
      data[position] = cast(elements[next++]!)
    })
  }

  unary(op: UnaryOp, x: View<Data>, out: View<Data>): void {
    checkOp(this.caps.unary, op)
    checkOperands(this.caps, op, x, out)
    const f = unaryFunctions[op]
    const cast = castTo(out.dtype)
    const elements = readElements(x)
    const results = outputElements(out)
    for (let i = 0; i < out.size; i++) results[i] = cast(f(elements[i]!))
  }

  binary(op: BinaryOp, a: Operand<Data>, b: Operand<Data>, out: View<Data>): void {
    checkOp(this.caps.binary, op)
    checkOperands(this.caps, op, a, b, out)
    const dtype = commonDType(a, b, out)
    const f = binaryFunction(op, dtype)
    const cast = castTo(out.dtype)
    const left = readOperand(a, dtype, out.size)
    const right = readOperand(b, dtype, out.size)
    const results = outputElements(out)
    for (let i = 0; i < out.size; i++) results[i] = cast(f(left[i]!, right[i]!))
  }

  select(condition: View<Data>, a: Operand<Data>, b: Operand<Data>, out: View<Data>): void {
    checkOperands(this.caps, 'select', condition, a, b, out)
    const conditions = readElements(condition)
    const whereTrue = readOperand(a, out.dtype, out.size)
    const whereFalse = readOperand(b, out.dtype, out.size)
    const results = outputElements(out)
    for (let i = 0; i < out.size; i++) results[i] = conditions[i] !== 0 ? whereTrue[i]! : whereFalse[i]!
  }

  reduce(op: ReduceOp, x: View<Data>, axis: number, out: View<Data>): void {
    checkOperands(this.caps, op, x, out)
    const combine = binaryFunction(combinations[op], x.dtype)
    const cast = castTo(out.dtype)
    const elements = readElements(x)
    const results = outputElements(out)
    const { outer, length, inner } = splitAtAxis(x.shape, axis)
    for (let i = 0; i < outer; i++) {
      for (let k = 0; k < inner; k++) {
        let result = elements[i * length * inner + k]!
        for (let j = 1; j < length; j++) result = combine(result, elements[(i * length + j) * inner + k]!)
        results[i * inner + k] = cast(result)
      }
    }
  }

  argReduce(op: ArgReduceOp, x: View<Data>, axis: number, out: View<Data>): void {
    checkOperands(this.caps, op, x, out)
    const replaces = op === 'max' ? isLarger : isSmaller
    const elements = readElements(x)
    const results = outputElements(out)
    const { outer, length, inner } = splitAtAxis(x.shape, axis)
    for (let i = 0; i < outer; i++) {
      for (let k = 0; k < inner; k++) {
        const at = (j: number): number => elements[(i * length + j) * inner + k]!
        let best = 0
        for (let j = 1; j < length; j++) if (replaces(at(j), at(best))) best = j
        results[i * inner + k] = best
      }
    }
  }

  matmul(a: View<Data>, b: View<Data>, out: View<Data>): void {
    checkOperands(this.caps, 'matmul', a, b, out)
    const add = binaryFunction('add', a.dtype)
    const multiply = binaryFunction('mul', a.dtype)
    const cast = castTo(out.dtype)
    const left = readElements(a)
    const right = readElements(b)
    const results = outputElements(out)
    const [batches, rows, inner] = a.shape as readonly [number, number, number]
    const columns = b.shape[2]!
    for (let batch = 0; batch < batches; batch++) {
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const leftRow = (batch * rows + row) * inner
          let sum = 0
          for (let k = 0; k < inner; k++) {
            sum = add(sum, multiply(left[leftRow + k]!, right[(batch * inner + k) * columns + column]!))
          }
          results[(batch * rows + row) * columns + column] = cast(sum)
        }
      }
    }
  }

  gather(x: View<Data>, index: View<Data>, axis: number, out: View<Data>): void {
    checkOperands(this.caps, 'gather', x, index, out)
    const outOfRange = isFloat(out.dtype) ? Number.NaN : 0
    const elements = readElements(x)
    const indices = readElements(index)
    const results = outputElements(out)
    const valid = x.shape[axis]!
    const { outer, length, inner } = splitAtAxis(out.shape, axis)
    for (let i = 0; i < outer; i++) {
      for (let j = 0; j < length; j++) {
        for (let k = 0; k < inner; k++) {
          const position = (i * length + j) * inner + k
          const selected = indices[position]!
          if (this.caps.checksIndices) checkIndex('gather', selected, valid, axis)
          results[position] = isInside(selected, valid)
            ? elements[(i * valid + selected) * inner + k]!
            : outOfRange
        }
      }
    }
  }

  scatterAdd(index: View<Data>, updates: View<Data>, axis: number, out: View<Data>): void {
    checkOperands(this.caps, 'scatterAdd', index, updates, out)
    const add = binaryFunction('add', out.dtype)
    const indices = readElements(index)
    const elements = readElements(updates)
    const sums = new Float64Array(out.size)
    const valid = out.shape[axis]!
    const { outer, length, inner } = splitAtAxis(updates.shape, axis)
    for (let i = 0; i < outer; i++) {
      for (let j = 0; j < length; j++) {
        for (let k = 0; k < inner; k++) {
          const position = (i * length + j) * inner + k
          const selected = indices[position]!
          if (this.caps.checksIndices) checkIndex('scatterAdd', selected, valid, axis)
          if (!isInside(selected, valid)) continue
          const target = (i * valid + selected) * inner + k
          sums[target] = add(sums[target]!, elements[position]!)
        }
      }
    }
    const results = outputElements(out)
    const cast = castTo(out.dtype)
    for (let i = 0; i < out.size; i++) results[i] = cast(sums[i]!)
  }
}

/**
 * Makes the naive backend: every method, dtype and element-wise function as plain loops, computed in double
 * precision and rounded once.
 *
 * It is slow and exact: the baseline of tests and the template of other backends. Options take abilities away, so
 * that programs can be tested against the smallest possible device; what such a device could not do then throws.
 *
 * @throws {@link ArgumentError} for unknown options, or ones that leave less than every backend must have.
 * @example
 * ```ts
 * import { add, setBackend, tensor } from '@tapegrad/core'
 * import { referenceBackend } from '@tapegrad/core/reference'
 *
 * setBackend(referenceBackend())
 * console.log(add(tensor([1, 2]), 1).dataSync()) // Float32Array [ 2, 3 ]
 * ```
 */
export function referenceBackend(options: ReferenceOptions = {}): ReferenceBackend {
  return new ReferenceBackend(capabilitiesOf(options))
}

/** The functions of two arguments whose repetition is a reduction. */
const combinations: Readonly<Record<ReduceOp, BinaryOp>> = {
  sum: 'add',
  prod: 'mul',
  max: 'maximum',
  min: 'minimum',
}

/** The dtype in which a function of two arguments is computed; a number takes that of the other argument. */
function commonDType(a: Operand<Data>, b: Operand<Data>, out: View<Data>): DType {
  if (typeof a !== 'number') return a.dtype
  return typeof b === 'number' ? out.dtype : b.dtype
}

/** NaN counts as extreme; the first of equals stays. */
function isLarger(candidate: number, best: number): boolean {
  return candidate > best || (Number.isNaN(candidate) && !Number.isNaN(best))
}

function isSmaller(candidate: number, best: number): boolean {
  return candidate < best || (Number.isNaN(candidate) && !Number.isNaN(best))
}
