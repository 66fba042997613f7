/** The types of WebAssembly values: integers, floats, and vectors of 128 bits. */
export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128'

/** How binary code spells each type. */
export const valueTypeCodes = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const

/** What a function takes and gives. */
export interface Signature<
  P extends readonly ValueType[] = readonly ValueType[],
  R extends readonly ValueType[] = readonly ValueType[],
> {
  readonly params: P
  readonly results: R
}

/** A parameter or variable of one function; it can be used in no other. */
export interface Local<T extends ValueType = ValueType> {
  readonly type: T
  readonly index: number
}

/** The parameters of a function as locals, in order. */
export type LocalsOf<P extends readonly ValueType[]> = { readonly [I in keyof P]: Local<P[I]> }
