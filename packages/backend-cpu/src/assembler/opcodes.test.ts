import { describe, expect, test } from 'vitest'
import { requireRelaxedSimd } from '../arithmetic.ts'
import { FunctionBuilder } from './function-builder.ts'
import { buildModule } from './module-builder.ts'
import {
  bulkInstructions,
  type Instruction,
  laneInstructions,
  loadInstructions,
  loadLaneInstructions,
  plainInstructions,
  storeInstructions,
  storeLaneInstructions,
} from './opcodes.ts'

// Node 20 has some behind a flag.
requireRelaxedSimd()

/** A function with the instruction's own signature, which pushes its parameters and runs the instruction. */
function accepts({ name, params, results }: Instruction, emit: (fn: FunctionBuilder) => void): boolean {
  const fn = new FunctionBuilder(name, params, results)
  for (const param of fn.params) fn.get(param)
  emit(fn)
  return WebAssembly.validate(buildModule({ [name]: fn }))
}

describe('every instruction is valid with its signature', () => {
  test.each([...plainInstructions])('%s', (name, instruction) => {
    expect(accepts(instruction, (fn) => fn.op(name))).toBe(true)
  })

  test.each([...laneInstructions])('%s', (name, instruction) => {
    const lanes = Number(/x(\d+)/.exec(name)?.[1])
    expect(accepts(instruction, (fn) => fn.lane(name, lanes - 1))).toBe(true)
    expect(accepts(instruction, (fn) => fn.lane(name, lanes))).toBe(false)
  })

  test.each([...loadInstructions])('%s', (name, instruction) => {
    expect(accepts(instruction, (fn) => fn.load(name))).toBe(true)
  })

  test.each([...storeInstructions])('%s', (name, instruction) => {
    expect(accepts(instruction, (fn) => fn.storeStack(name))).toBe(true)
  })

  const vector = { name: 'lane', bytes: [] } as const

  test.each([...loadLaneInstructions])('%s', (name, { params, results }) => {
    const fn = new FunctionBuilder(name, ['i32', 'v128'], ['v128'])
    fn.loadLane(name, 1, fn.params[0], fn.params[1], 300)
    expect({ ...vector, params, results }).toEqual({ ...vector, ...fn.signature })
    expect(WebAssembly.validate(buildModule({ [name]: fn }))).toBe(true)
  })

  test.each([...storeLaneInstructions])('%s', (name, { params, results }) => {
    const fn = new FunctionBuilder(name, ['i32', 'v128'])
    fn.storeLane(name, 1, fn.params[0], fn.params[1], 300)
    expect({ ...vector, params, results }).toEqual({ ...vector, ...fn.signature })
    expect(WebAssembly.validate(buildModule({ [name]: fn }))).toBe(true)
  })

  test.each([...bulkInstructions])('%s', (name, instruction) => {
    expect(accepts(instruction, (fn) => fn.bulk(name))).toBe(true)
  })
})

test('no two instructions share an opcode', () => {
  const tables = [
    plainInstructions,
    laneInstructions,
    loadInstructions,
    storeInstructions,
    loadLaneInstructions,
    storeLaneInstructions,
    bulkInstructions,
  ]
  const all = tables.flatMap((table) => [...table.values()].map((instruction) => instruction.bytes.join()))
  expect(new Set(all).size).toBe(all.length)
  // WebAssembly 2.0 has 236 instructions on vectors; const and shuffle are methods of their own. Two are relaxed ones.
  const onVectors = all.filter((bytes) => bytes.startsWith('253,'))
  expect(onVectors.length).toBe(236 - 2 + 2)
  expect(plainInstructions.size - 200).toBe(128 + 8)
})

test.each([
  ['i32.add', [0x6a]],
  ['f64.sqrt', [0x9f]],
  ['i32.trunc_sat_f64_u', [0xfc, 0x03]],
  ['v128.bitselect', [0xfd, 0x52]],
  ['v128.any_true', [0xfd, 0x53]],
  ['i32x4.all_true', [0xfd, 0xa3, 0x01]],
  ['f32x4.nearest', [0xfd, 0x6a]],
  ['f64x2.nearest', [0xfd, 0x94, 0x01]],
  ['f32x4.mul', [0xfd, 0xe6, 0x01]],
  ['f32x4.pmax', [0xfd, 0xeb, 0x01]],
  ['i32x4.trunc_sat_f32x4_s', [0xfd, 0xf8, 0x01]],
  ['f64x2.convert_low_i32x4_u', [0xfd, 0xff, 0x01]],
] as const)('%s has the opcode of the specification', (name, bytes) => {
  expect(plainInstructions.get(name)?.bytes).toEqual(bytes)
})
