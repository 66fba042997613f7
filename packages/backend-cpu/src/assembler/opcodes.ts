import { unsignedLeb128 } from './leb128.ts'
import {
  bulkOpcodes,
  loadLaneOpcodes,
  scalarLoadOpcodes,
  scalarStoreOpcodes,
  simdLoadOpcodes,
  simdStoreOpcodes,
  storeLaneOpcodes,
} from './opcodes-memory.ts'
import { saturatingOpcodes, scalarOpcodes } from './opcodes-scalar.ts'
import { laneOpcodes, simdOpcodes } from './opcodes-simd.ts'
import type { Signature, ValueType } from './value-type.ts'

type NamesIn<Table> = { [S in keyof Table]: keyof Table[S] }[keyof Table] & string

/** Instructions that are their opcode and nothing more. Names are those of the WebAssembly text format. */
export type PlainName =
  | NamesIn<typeof scalarOpcodes>
  | NamesIn<typeof saturatingOpcodes>
  | NamesIn<typeof simdOpcodes>

/** Instructions that name a lane. */
export type LaneName = NamesIn<typeof laneOpcodes>

/** Instructions that read memory. */
export type LoadName = NamesIn<typeof scalarLoadOpcodes> | NamesIn<typeof simdLoadOpcodes>

/** Instructions that write memory. */
export type StoreName = NamesIn<typeof scalarStoreOpcodes> | NamesIn<typeof simdStoreOpcodes>

/** Instructions that read memory into one lane. */
export type LoadLaneName = NamesIn<typeof loadLaneOpcodes>

/** Instructions that write one lane to memory. */
export type StoreLaneName = NamesIn<typeof storeLaneOpcodes>

/** Instructions on regions of memory. */
export type BulkName = NamesIn<typeof bulkOpcodes>

/** An instruction's opcode bytes, what it takes from the stack (last on top), and what it leaves. */
export interface Instruction extends Signature {
  readonly name: string
  readonly bytes: readonly number[]
}

const misc = 0xfc
const simd = 0xfd

/** All instructions without immediate values. */
export const plainInstructions: ReadonlyMap<PlainName, Instruction> = /* @__PURE__ */ new Map([
  .../* @__PURE__ */ readTable(scalarOpcodes),
  .../* @__PURE__ */ readTable(saturatingOpcodes, misc),
  .../* @__PURE__ */ readTable(simdOpcodes, simd),
])

/** All instructions with the number of a lane. */
export const laneInstructions: ReadonlyMap<LaneName, Instruction> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ readTable(laneOpcodes, simd),
)

/** All loads. */
export const loadInstructions: ReadonlyMap<LoadName, Instruction> = /* @__PURE__ */ new Map([
  .../* @__PURE__ */ readTable(scalarLoadOpcodes),
  .../* @__PURE__ */ readTable(simdLoadOpcodes, simd),
])

/** All stores. */
export const storeInstructions: ReadonlyMap<StoreName, Instruction> = /* @__PURE__ */ new Map([
  .../* @__PURE__ */ readTable(scalarStoreOpcodes),
  .../* @__PURE__ */ readTable(simdStoreOpcodes, simd),
])

/** All loads of one lane. */
export const loadLaneInstructions: ReadonlyMap<LoadLaneName, Instruction> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ readTable(loadLaneOpcodes, simd),
)

/** All stores of one lane. */
export const storeLaneInstructions: ReadonlyMap<StoreLaneName, Instruction> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ readTable(storeLaneOpcodes, simd),
)

/** All instructions on regions. */
export const bulkInstructions: ReadonlyMap<BulkName, Instruction> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ readTable(bulkOpcodes, misc),
)

function readTable<T extends Readonly<Record<string, Readonly<Record<string, number>>>>>(
  table: T,
  prefix?: number,
): [NamesIn<T>, Instruction][] {
  return Object.entries(table).flatMap(([signature, opcodes]) => {
    const [params, results] = signature.split('->').map(readTypes)
    return Object.entries(opcodes).map(([name, opcode]): [NamesIn<T>, Instruction] => {
      const bytes = prefix === undefined ? [opcode] : [prefix, ...unsignedLeb128(opcode)]
      return [name as NamesIn<T>, { name, bytes, params: params ?? [], results: results ?? [] }]
    })
  })
}

function readTypes(text: string): ValueType[] {
  return text.split(' ').filter((word) => word !== '') as ValueType[]
}
