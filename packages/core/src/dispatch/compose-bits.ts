import { tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { alias } from '../tensor/tensor.ts'
import { runCast } from './cast.ts'
import { runBinary } from './elementwise.ts'
import { runGather } from './gather.ts'

/** How many bits are looked up at a time. */
const digitBits = 6
const base = 2 ** digitBits

/**
 * a ∧ b of int32 or uint8, from required functions: digits come from a table, the one on top with its sign.
 *
 * An int32 of a device that only has floats goes up to 2²⁴ in size: of four digits and a last one of −1, 0 or 1 every
 * partial sum is exact there, too.
 */
export function composeAnd(a: Tensor, b: Tensor): Tensor {
  const { dtype } = a
  const { backend } = a.storage
  const lowDigits = dtype === 'uint8' ? 1 : backend.caps.maxInt < 2 ** 31 - 1 ? 4 : 5
  const signed = dtype === 'int32'
  const table = (isTop: boolean): Tensor => tensor(conjunctions(isTop && signed), { dtype, backend })
  const low = table(false)
  let [p, q] = [a, b]
  let sum: Tensor | undefined
  for (let i = 0; i <= lowDigits; i++) {
    const isTop = i === lowDigits
    const digit = lookUp(isTop ? table(true) : low, runBinary('mod', p, base), runBinary('mod', q, base))
    const placed = i === 0 ? digit : runBinary('mul', digit, base ** i)
    sum = sum === undefined ? placed : runBinary('add', sum, placed)
    if (!isTop) [p, q] = [runBinary('floorDiv', p, base), runBinary('floorDiv', q, base)]
  }
  return sum!
}

/** m ∧ n of all pairs of digits; as two's complement where they are signed. */
function conjunctions(signed: boolean): Int32Array {
  return Int32Array.from({ length: base * base }, (_, i) => {
    const digit = Math.floor(i / base) & (i % base)
    return signed && digit >= base / 2 ? digit - base : digit
  })
}

/** The elements of a table of pairs, at digits of two tensors that broadcast. */
function lookUp(table: Tensor, p: Tensor, q: Tensor): Tensor {
  const [left, right] = [runCast(p, 'int32'), runCast(q, 'int32')]
  const index = runBinary('add', runBinary('mul', left, base), right)
  const { shape, size, strides } = index
  const found = runGather(table, alias(index, [size], [1], 0), 0)
  return alias(found, shape, strides, 0)
}
