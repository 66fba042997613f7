import type { FunctionBuilder } from './function-builder.ts'
import { buildModule, type ModuleOptions } from './module-builder.ts'
import type { ValueType } from './value-type.ts'

/** Functions to compile, by the names under which they are exported. */
export type FunctionTable = Readonly<Record<string, FunctionBuilder>>

/** Host functions by name. */
export type HostFunctions = Readonly<Record<string, (...args: number[]) => number | undefined>>

interface HostTypes {
  i32: number
  i64: bigint
  f32: number
  f64: number
  v128: never
}

type Arguments<P extends readonly ValueType[]> = { -readonly [I in keyof P]: HostTypes[P[I]] }

type Result<R extends readonly ValueType[]> = R extends readonly [infer T extends ValueType]
  ? HostTypes[T]
  : undefined

/** The function that JavaScript calls; vectors cannot cross. */
export type Exported<F> =
  F extends FunctionBuilder<infer P, infer R> ? (...args: Arguments<P>) => Result<R> : never

/** The exports of a table of functions. */
export type ExportsOf<T extends FunctionTable> = { readonly [Name in keyof T]: Exported<T[Name]> }

/**
 * Compiles functions and binds them to a memory.
 *
 * @param imports The host functions that they call.
 * @throws WebAssembly.CompileError where code is not valid; V8's message names the function.
 */
export function compile<T extends FunctionTable>(
  functions: T,
  memory: WebAssembly.Memory,
  imports: HostFunctions = {},
  options: ModuleOptions = {},
): ExportsOf<T> {
  return instantiate<T>(compileModule(functions, options), memory, imports)
}

/** Compiles functions without a memory; workers can instantiate the result. */
export function compileModule(functions: FunctionTable, options: ModuleOptions = {}): WebAssembly.Module {
  return new WebAssembly.Module(buildModule(functions, options))
}

/** Binds a compiled module to a memory and host functions. */
export function instantiate<T extends FunctionTable>(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  imports: HostFunctions = {},
): ExportsOf<T> {
  const instance = new WebAssembly.Instance(module, { env: { memory }, host: { ...imports } })
  // A module's exports are untyped; the functions it was built from say what they are.
  return instance.exports as ExportsOf<T>
}
