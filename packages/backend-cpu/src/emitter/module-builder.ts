import { FunctionBuilder } from './function-builder.ts'
import { type ValueType, valueTypeCodes } from './instructions.ts'
import { unsignedLeb128 } from './leb128.ts'

/** A function that the module gets from JavaScript. */
export interface ImportedFunction {
  readonly name: string
  readonly index: number
  readonly parameters: readonly ValueType[]
  readonly results: readonly ValueType[]
  readonly implementation: (...args: number[]) => number
}

/** A compiled function: numbers in, a number or nothing out. */
export type CompiledFunction = (...args: number[]) => number

const magicAndVersion = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
const functionType = 0x60

/** Builds a WebAssembly module that works on a memory it is given. */
export class ModuleBuilder {
  readonly #imports: ImportedFunction[] = []
  readonly #functions: FunctionBuilder[] = []

  /** Declares a JavaScript function; all of them before the first function of the module. */
  import(
    name: string,
    parameters: readonly ValueType[],
    results: readonly ValueType[],
    implementation: (...args: number[]) => number,
  ): ImportedFunction {
    if (this.#functions.length > 0) throw new Error('internal: imports come before functions')
    const declared = { name, index: this.#imports.length, parameters, results, implementation }
    this.#imports.push(declared)
    return declared
  }

  /** Begins a function, which is exported under its name. */
  function(
    name: string,
    parameters: readonly ValueType[],
    results: readonly ValueType[] = [],
  ): FunctionBuilder {
    const index = this.#imports.length + this.#functions.length
    const builder = new FunctionBuilder(name, index, parameters, results)
    this.#functions.push(builder)
    return builder
  }

  encode(): Uint8Array<ArrayBuffer> {
    const signatures = [...this.#imports, ...this.#functions]
    const types = signatures.map(({ parameters, results }) => [
      functionType,
      ...typeList(parameters),
      ...typeList(results),
    ])
    const memory = [...text('env'), ...text('memory'), 0x02, 0x00, 0x00]
    const imports = this.#imports.map(({ name, index }) => [
      ...text('env'),
      ...text(name),
      0x00,
      ...unsignedLeb128(index),
    ])
    const exports = this.#functions.map(({ name, index }) => [...text(name), 0x00, ...unsignedLeb128(index)])
    return new Uint8Array([
      ...magicAndVersion,
      ...section(1, types),
      ...section(2, [memory, ...imports]),
      ...section(
        3,
        this.#functions.map(({ index }) => unsignedLeb128(index)),
      ),
      ...section(7, exports),
      ...section(
        10,
        this.#functions.map((builder) => builder.encodeBody()),
      ),
    ])
  }

  /** Compiles the module for a memory and returns its functions by name. */
  instantiate(memory: WebAssembly.Memory): Readonly<Record<string, CompiledFunction>> {
    const env: Record<string, WebAssembly.ImportValue> = { memory }
    for (const { name, implementation } of this.#imports) env[name] = implementation
    const { exports } = new WebAssembly.Instance(this.#compile(), { env })
    return exports as Record<string, CompiledFunction>
  }

  #compile(): WebAssembly.Module {
    try {
      return new WebAssembly.Module(this.encode())
    } catch (error) {
      const names = this.#functions.map(({ name }) => name).join(', ')
      throw new Error(`internal: the emitted code of ${names} is not valid`, { cause: error })
    }
  }
}

function section(id: number, entries: readonly (readonly number[])[]): number[] {
  const body = [...unsignedLeb128(entries.length), ...entries.flat()]
  return [id, ...unsignedLeb128(body.length), ...body]
}

function typeList(types: readonly ValueType[]): number[] {
  return [...unsignedLeb128(types.length), ...types.map((type) => valueTypeCodes[type])]
}

function text(value: string): number[] {
  const bytes = new TextEncoder().encode(value)
  return [...unsignedLeb128(bytes.length), ...bytes]
}
