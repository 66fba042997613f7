import { bytesOf, type LaneShape, laneBytes, memoryArgument, shuffleBytes } from './immediates.ts'
import { paddedLeb128, signedLeb128, unsignedLeb128 } from './leb128.ts'
import {
  type BulkName,
  bulkInstructions,
  type Instruction,
  type LaneName,
  type LoadLaneName,
  type LoadName,
  laneInstructions,
  loadInstructions,
  loadLaneInstructions,
  type PlainName,
  plainInstructions,
  type StoreLaneName,
  type StoreName,
  storeInstructions,
  storeLaneInstructions,
} from './opcodes.ts'
import { type Local, type LocalsOf, type Signature, type ValueType, valueTypeCodes } from './value-type.ts'

/** A value for an instruction: a local, or a number that becomes a constant of the type that the instruction takes. */
export type Operand = Local | number

/** A block or loop that code inside it can branch to. */
export interface Label {
  readonly depth: number
}

/** A function that the host provides. */
export interface ImportedFunction<
  P extends readonly ValueType[] = readonly ValueType[],
  R extends readonly ValueType[] = readonly ValueType[],
> {
  readonly kind: 'import'
  readonly name: string
  readonly signature: Signature<P, R>
}

/** What `call` can call. */
export type Callable = FunctionBuilder | ImportedFunction

const opcode = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  branch: 0x0c,
  branchIf: 0x0d,
  return: 0x0f,
  call: 0x10,
  drop: 0x1a,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  i32Const: 0x41,
  i64Const: 0x42,
  f32Const: 0x43,
  f64Const: 0x44,
  simd: 0xfd,
} as const

const v128Const = 0x0c
const i8x16Shuffle = 0x0d
const noResult = 0x40

/** Describes a function that the host gives when the module is instantiated. */
export function importedFunction<const P extends readonly ValueType[], const R extends readonly ValueType[]>(
  name: string,
  params: P,
  results: R,
): ImportedFunction<P, R> {
  return { kind: 'import', name, signature: { params, results } }
}

/**
 * Writes the code of one WebAssembly function.
 *
 * WebAssembly is a stack machine: `get` pushes a local, an instruction pops what it takes and pushes its result,
 * `set` pops into a local. Instructions have the names of the WebAssembly text format. Operands that are given to
 * an instruction are pushed first, so they are its last ones; earlier ones must be on the stack already:
 * `fn.op('f32x4.mul', x, y).op('f32x4.add', z).set(z)` means z = x·y + z. Locals start as zero.
 *
 * The engine checks types when the module is compiled; here only the given operands are checked.
 *
 * @example
 * ```ts
 * const fn = new FunctionBuilder('sum', ['i32', 'i32'], ['f32'])
 * const [address, count] = fn.params
 * const total = fn.local('f32')
 * fn.repeat(count, () => {
 *   fn.load('f32.load', address).op('f32.add', total).set(total).advance(address, 4)
 * })
 * fn.get(total)
 * ```
 */
export class FunctionBuilder<
  const P extends readonly ValueType[] = readonly ValueType[],
  const R extends readonly ValueType[] = readonly ValueType[],
> {
  readonly kind = 'function'
  readonly name: string
  readonly signature: Signature<P, R>
  readonly params: LocalsOf<P>
  readonly #locals: Local[]
  readonly #prologue: number[] = []
  readonly #body: number[] = []
  readonly #calls: { readonly position: number; readonly target: Callable }[] = []
  readonly #constants = new Map<string, Local<'v128'>>()
  readonly #open: Label[] = []

  constructor(name: string, params: P, results?: R) {
    this.name = name
    this.signature = { params, results: results ?? ([] as readonly ValueType[] as R) }
    this.#locals = params.map((type, index) => ({ type, index }))
    this.params = [...this.#locals] as LocalsOf<P>
  }

  // Locals.

  /** A new variable, zero at the start of every call. */
  local<T extends ValueType>(type: T): Local<T> {
    const local = { type, index: this.#locals.length }
    this.#locals.push(local)
    return local
  }

  /** Several new variables of one type. */
  locals<T extends ValueType>(type: T, count: number): Local<T>[] {
    return Array.from({ length: count }, () => this.local(type))
  }

  /**
   * A variable that holds a vector constant, set once on entry; all lanes are equal where one value is given.
   *
   * In loops this is faster than a constant in the code, which V8 builds anew each time.
   */
  constant(shape: LaneShape, ...lanes: readonly number[]): Local<'v128'> {
    const bytes = laneBytes(shape, lanes)
    const key = bytes.join()
    const known = this.#constants.get(key)
    if (known !== undefined) return known
    const local = this.local('v128')
    this.#prologue.push(opcode.simd, v128Const, ...bytes, opcode.localSet, ...unsignedLeb128(local.index))
    this.#constants.set(key, local)
    return local
  }

  /** Pushes a local. */
  get(local: Local): this {
    return this.#emit(opcode.localGet, ...this.#indexOf(local))
  }

  /** local = value, or what is on the stack. */
  set(local: Local, value?: Operand): this {
    if (value !== undefined) this.#push(value, local.type)
    return this.#emit(opcode.localSet, ...this.#indexOf(local))
  }

  /** Stores the top of the stack in a local and leaves it on the stack. */
  tee(local: Local): this {
    return this.#emit(opcode.localTee, ...this.#indexOf(local))
  }

  /** local = local + bytes: moves a pointer or counter. */
  advance(local: Local<'i32'>, bytes: Local<'i32'> | number): this {
    if (bytes === 0) return this
    return this.op('i32.add', local, bytes).set(local)
  }

  // Constants on the stack.

  /** Pushes a 32-bit integer. */
  i32(value: number): this {
    return this.#emit(opcode.i32Const, ...signedLeb128(value | 0))
  }

  /** Pushes a 64-bit integer. */
  i64(value: bigint): this {
    return this.#emit(opcode.i64Const, ...signedLeb128(BigInt.asIntN(64, value)))
  }

  /** Pushes a float32. */
  f32(value: number): this {
    return this.#emit(opcode.f32Const, ...bytesOf(Float32Array.of(value)))
  }

  /** Pushes a float64. */
  f64(value: number): this {
    return this.#emit(opcode.f64Const, ...bytesOf(Float64Array.of(value)))
  }

  /** Pushes a vector constant; all lanes are equal where one value is given. */
  v128(shape: LaneShape, ...lanes: readonly number[]): this {
    return this.#emit(opcode.simd, v128Const, ...laneBytes(shape, lanes))
  }

  // Instructions.

  /** An instruction by its WebAssembly name. */
  op(name: PlainName, ...operands: readonly Operand[]): this {
    const instruction = plainInstructions.get(name)!
    this.#pushLast(instruction, operands)
    return this.#emit(...instruction.bytes)
  }

  /** Reads or replaces a lane. */
  lane(name: LaneName, lane: number, ...operands: readonly Operand[]): this {
    const instruction = laneInstructions.get(name)!
    this.#pushLast(instruction, operands)
    return this.#emit(...instruction.bytes, lane)
  }

  /** Reads memory at an address in bytes, plus `offset`; the address is on the stack where none is given. */
  load(name: LoadName, address?: Local<'i32'>, offset = 0): this {
    const instruction = loadInstructions.get(name)!
    if (address !== undefined) this.get(address)
    return this.#emit(...instruction.bytes, ...memoryArgument(offset))
  }

  /** Writes a value to memory at an address in bytes, plus `offset`. */
  store(name: StoreName, address: Local<'i32'>, value: Operand, offset = 0): this {
    const instruction = storeInstructions.get(name)!
    this.#pushLast(instruction, [address, value])
    return this.storeStack(name, offset)
  }

  /** Writes the value on top of the stack to the address that lies under it, plus `offset`. */
  storeStack(name: StoreName, offset = 0): this {
    return this.#emit(...storeInstructions.get(name)!.bytes, ...memoryArgument(offset))
  }

  /** Reads one element into a lane of `vector` and pushes the vector. */
  loadLane(name: LoadLaneName, lane: number, address: Local<'i32'>, vector: Local<'v128'>, offset = 0): this {
    const instruction = loadLaneInstructions.get(name)!
    this.#pushLast(instruction, [address, vector])
    return this.#emit(...instruction.bytes, ...memoryArgument(offset), lane)
  }

  /** Writes one lane of `vector` to memory. */
  storeLane(
    name: StoreLaneName,
    lane: number,
    address: Local<'i32'>,
    vector: Local<'v128'>,
    offset = 0,
  ): this {
    const instruction = storeLaneInstructions.get(name)!
    this.#pushLast(instruction, [address, vector])
    return this.#emit(...instruction.bytes, ...memoryArgument(offset), lane)
  }

  /** Copies or fills a region: `memory.copy` takes to, from, bytes; `memory.fill` takes to, value, bytes. */
  bulk(name: BulkName, ...operands: readonly Operand[]): this {
    const instruction = bulkInstructions.get(name)!
    this.#pushLast(instruction, operands)
    const memories = name === 'memory.copy' ? [0, 0] : [0]
    return this.#emit(...instruction.bytes, ...memories)
  }

  /**
   * Picks lanes from the two vectors that were pushed last: with 4 lanes of 32 bits, 0 to 3 are of the first and
   * 4 to 7 of the second; likewise with 2 lanes of 64 bits, 8 of 16 and 16 of 8.
   */
  shuffle(lanes: readonly number[], ...vectors: readonly Local<'v128'>[]): this {
    for (const vector of vectors) this.#push(vector, 'v128')
    return this.#emit(opcode.simd, i8x16Shuffle, ...shuffleBytes(lanes))
  }

  /** Takes a, b and an i32 condition; leaves a where the condition is not zero, else b. */
  select(): this {
    return this.#emit(opcode.select)
  }

  /** Drops the top of the stack. */
  drop(): this {
    return this.#emit(opcode.drop)
  }

  /** Calls a function; its arguments are on the stack, or the last ones are given. */
  call(target: Callable, ...operands: readonly Operand[]): this {
    this.#pushLast({ name: target.name, params: target.signature.params }, operands)
    this.#emit(opcode.call)
    // Its index is known when the module is built.
    this.#calls.push({ position: this.#body.length, target })
    return this.#emit(...paddedLeb128(0))
  }

  /** Leaves the function; its results are on the stack. */
  return(): this {
    return this.#emit(opcode.return)
  }

  // Control flow.

  /** A region that `branch(leave)` leaves. */
  block(body: (leave: Label) => void): this {
    return this.#structure(opcode.block, noResult, body)
  }

  /** A region that `branch(again)` starts anew; it ends where nothing branches. */
  loop(body: (again: Label) => void): this {
    return this.#structure(opcode.loop, noResult, body)
  }

  /** Takes an i32 and runs one of two branches; both push a value of type `result`, if that is given. */
  if(then: () => void, otherwise?: () => void, result?: ValueType): this {
    return this.#structure(opcode.if, result === undefined ? noResult : valueTypeCodes[result], () => {
      then()
      if (otherwise === undefined) return
      this.#emit(opcode.else)
      otherwise()
    })
  }

  /** Leaves a block, or starts a loop anew. */
  branch(label: Label): this {
    return this.#emit(opcode.branch, ...this.#distanceTo(label))
  }

  /** The same if an i32 is not zero: the given one, or the one on the stack. */
  branchIf(label: Label, condition?: Local<'i32'>): this {
    if (condition !== undefined) this.get(condition)
    return this.#emit(opcode.branchIf, ...this.#distanceTo(label))
  }

  /** Runs `body` for counter = from, from + step, … while counter < to; `to` and `step` must not change meanwhile. */
  forRange(
    counter: Local<'i32'>,
    from: Local<'i32'> | number,
    to: Local<'i32'> | number,
    step: Local<'i32'> | number,
    body: () => void,
  ): this {
    this.set(counter, from)
    return this.op('i32.lt_s', counter, to).if(() => {
      this.loop((again) => {
        body()
        this.op('i32.add', counter, step).tee(counter).op('i32.lt_s', to).branchIf(again)
      })
    })
  }

  /** Runs `body` `counter` times, counting the local down to 0; not at all where it is 0. It must not be negative. */
  repeat(counter: Local<'i32'>, body: () => void): this {
    return this.get(counter).if(() => {
      this.loop((again) => {
        body()
        this.op('i32.sub', counter, 1).tee(counter).branchIf(again)
      })
    })
  }

  // For the module builder.

  /** The functions that this one calls. */
  get callees(): readonly Callable[] {
    return this.#calls.map((call) => call.target)
  }

  /** The binary code: locals, instructions, `end`; `indexOf` gives the number of a called function. */
  encode(indexOf: (target: Callable) => number): number[] {
    const declared = this.#locals.slice(this.params.length)
    const body = [...this.#body]
    for (const { position, target } of this.#calls) {
      for (const [i, byte] of paddedLeb128(indexOf(target)).entries()) body[position + i] = byte
    }
    return [
      ...unsignedLeb128(declared.length),
      ...declared.flatMap(({ type }) => [1, valueTypeCodes[type]]),
      ...this.#prologue,
      ...body,
      opcode.end,
    ]
  }

  #emit(...bytes: readonly number[]): this {
    for (const byte of bytes) this.#body.push(byte)
    return this
  }

  #structure(code: number, type: number, body: (label: Label) => void): this {
    this.#emit(code, type)
    const label = { depth: this.#open.length }
    this.#open.push(label)
    body(label)
    this.#open.pop()
    return this.#emit(opcode.end)
  }

  #distanceTo(label: Label): number[] {
    if (this.#open[label.depth] !== label) throw this.#error('a branch to a block that is not open here')
    return unsignedLeb128(this.#open.length - 1 - label.depth)
  }

  #indexOf(local: Local): number[] {
    if (this.#locals[local.index] !== local) throw this.#error('a local of another function')
    return unsignedLeb128(local.index)
  }

  #pushLast({ name, params }: Pick<Instruction, 'name' | 'params'>, operands: readonly Operand[]): void {
    const start = params.length - operands.length
    if (start < 0) throw this.#error(`${name} takes ${params.length} operands, not ${operands.length}`)
    for (const [i, operand] of operands.entries()) {
      const type = params[start + i]!
      if (typeof operand !== 'number' && operand.type !== type) {
        throw this.#error(`operand ${start + i} of ${name} is ${type}, not ${operand.type}`)
      }
      this.#push(operand, type)
    }
  }

  #push(operand: Operand, type: ValueType): void {
    if (typeof operand !== 'number') this.get(operand)
    else if (type === 'i32') this.i32(operand)
    else if (type === 'i64') this.i64(BigInt(operand))
    else if (type === 'f32') this.f32(operand)
    else if (type === 'f64') this.f64(operand)
    else throw this.#error('a number cannot stand for a vector: use constant() or v128()')
  }

  #error(what: string): Error {
    return new Error(`${this.name}: ${what}`)
  }
}
