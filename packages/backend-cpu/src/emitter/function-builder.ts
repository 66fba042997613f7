import {
  encodeLane,
  encodeMemory,
  encodePlain,
  type LaneInstruction,
  type MemoryInstruction,
  type PlainInstruction,
  type ValueType,
  valueTypeCodes,
} from './instructions.ts'
import { signedLeb128, unsignedLeb128 } from './leb128.ts'

declare const local: unique symbol

/** A parameter or local variable of a function. */
export type Local = number & { readonly [local]: true }

/** Where a branch leads: the end of a block, or the beginning of a loop. */
export interface Label {
  readonly depth: number
}

const emptyBlockType = 0x40

/**
 * The code of one WebAssembly function, written instruction by instruction with the names of the text format.
 *
 * Methods return the builder, so that code reads in the order in which it runs: operands first, then the
 * instruction.
 *
 * @example
 * ```ts
 * // out[0] = a[0] + b[0], four floats each
 * fn.get(out).get(a).load('v128.load').get(b).load('v128.load').op('f32x4.add').store('v128.store')
 * ```
 */
export class FunctionBuilder {
  readonly name: string
  readonly index: number
  readonly parameters: readonly ValueType[]
  readonly results: readonly ValueType[]
  readonly #locals: ValueType[] = []
  readonly #code: number[] = []
  #depth = 0

  constructor(name: string, index: number, parameters: readonly ValueType[], results: readonly ValueType[]) {
    this.name = name
    this.index = index
    this.parameters = parameters
    this.results = results
  }

  /** Parameter number `i`. */
  parameter(i: number): Local {
    return i as Local
  }

  /** A new local variable, 0 at first. */
  local(type: ValueType): Local {
    this.#locals.push(type)
    return (this.parameters.length + this.#locals.length - 1) as Local
  }

  /** Several new local variables. */
  locals(count: number, type: ValueType): Local[] {
    return Array.from({ length: count }, () => this.local(type))
  }

  get(variable: Local): this {
    return this.#emit(0x20, ...unsignedLeb128(variable))
  }

  set(variable: Local): this {
    return this.#emit(0x21, ...unsignedLeb128(variable))
  }

  /** Sets a variable and leaves the value on the stack. */
  tee(variable: Local): this {
    return this.#emit(0x22, ...unsignedLeb128(variable))
  }

  i32(value: number): this {
    return this.#emit(0x41, ...signedLeb128(value))
  }

  f32(value: number): this {
    return this.#emit(0x43, ...new Uint8Array(Float32Array.of(value).buffer))
  }

  f64(value: number): this {
    return this.#emit(0x44, ...new Uint8Array(Float64Array.of(value).buffer))
  }

  /** A vector with one float in all four lanes. */
  f32x4(value: number): this {
    return this.#vector(new Uint8Array(Float32Array.of(value, value, value, value).buffer))
  }

  /** A vector with one double in both lanes. */
  f64x2(value: number): this {
    return this.#vector(new Uint8Array(Float64Array.of(value, value).buffer))
  }

  /** A vector with one integer in all four lanes. */
  i32x4(value: number): this {
    return this.#vector(new Uint8Array(Int32Array.of(value, value, value, value).buffer))
  }

  #vector(bytes: Uint8Array): this {
    return this.#emit(0xfd, 12, ...bytes)
  }

  /** An instruction without immediate operands. */
  op(name: PlainInstruction): this {
    return this.#emit(...encodePlain(name))
  }

  /** Loads from the address on the stack plus `offset` bytes. */
  load(name: MemoryInstruction, offset = 0): this {
    return this.#emit(...encodeMemory(name, offset))
  }

  /** Stores the value on the stack at the address below it plus `offset` bytes. */
  store(name: MemoryInstruction, offset = 0): this {
    return this.#emit(...encodeMemory(name, offset))
  }

  lane(name: LaneInstruction, lane: number): this {
    return this.#emit(...encodeLane(name, lane))
  }

  /** Picks four 32-bit lanes: 0 to 3 from the first vector on the stack, 4 to 7 from the second. */
  shuffle32(...lanes: readonly [number, number, number, number]): this {
    return this.#emit(
      0xfd,
      13,
      ...lanes.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]),
    )
  }

  /** memory.copy: destination, source and bytes are on the stack. */
  copyMemory(): this {
    return this.#emit(0xfc, 10, 0, 0)
  }

  /** memory.fill: destination, byte value and count are on the stack. */
  fillMemory(): this {
    return this.#emit(0xfc, 11, 0)
  }

  /** Code that `branch` can leave early. */
  block(body: (end: Label) => void): this {
    return this.#structure(0x02, body)
  }

  /** Code that `branch` can begin again; it ends when it is not. */
  loop(body: (again: Label) => void): this {
    return this.#structure(0x03, body)
  }

  /** Code that runs where the integer on the stack is not 0, and other code where it is. */
  if(body: () => void, otherwise?: () => void): this {
    this.#emit(0x04, emptyBlockType)
    this.#depth++
    body()
    if (otherwise !== undefined) {
      this.#emit(0x05)
      otherwise()
    }
    this.#depth--
    return this.#emit(0x0b)
  }

  branch(label: Label): this {
    return this.#emit(0x0c, ...unsignedLeb128(this.#depth - label.depth))
  }

  /** Branches where the integer on the stack is not 0. */
  branchIf(label: Label): this {
    return this.#emit(0x0d, ...unsignedLeb128(this.#depth - label.depth))
  }

  /** Repeats the body `count` times, counting the variable down to 0; not at all where it is 0 or less. */
  countDown(count: Local, body: () => void, step = 1): this {
    return this.block((end) => {
      this.get(count).i32(0).op('i32.le_s').branchIf(end)
      this.loop((again) => {
        body()
        this.get(count).i32(step).op('i32.sub').tee(count).i32(0).op('i32.gt_s').branchIf(again)
      })
    })
  }

  /** Adds a constant to an integer variable. */
  increment(variable: Local, by: number): this {
    return by === 0 ? this : this.get(variable).i32(by).op('i32.add').set(variable)
  }

  /** Adds another integer variable to one. */
  advance(variable: Local, by: Local): this {
    return this.get(variable).get(by).op('i32.add').set(variable)
  }

  /** Calls a function of the same module, or an imported one. */
  call(callee: { readonly index: number }): this {
    return this.#emit(0x10, ...unsignedLeb128(callee.index))
  }

  /** The function's entry in the code section. */
  encodeBody(): number[] {
    const locals = this.#locals.flatMap((type) => [1, valueTypeCodes[type]])
    const body = [...unsignedLeb128(this.#locals.length), ...locals, ...this.#code, 0x0b]
    return [...unsignedLeb128(body.length), ...body]
  }

  #structure(code: number, body: (label: Label) => void): this {
    this.#emit(code, emptyBlockType)
    this.#depth++
    body({ depth: this.#depth })
    this.#depth--
    return this.#emit(0x0b)
  }

  #emit(...bytes: readonly number[]): this {
    for (const byte of bytes) this.#code.push(byte)
    return this
  }
}
