import type { FunctionBuilder, LaneShape, Local, PlainName } from '../assembler/index.ts'

/** A value of a kernel: vectors that are computed side by side, or one that stands for all of them. */
export type Vectors = readonly Local<'v128'>[]

/** A value or a constant. */
export type Term = Vectors | number

/** The shapes of vectors of floats. */
export type FloatShape = 'f32x4' | 'f64x2'

/**
 * An instruction on every vector, with a result of its own; numbers become constants of the instruction's shape.
 *
 * The vectors are interleaved instruction by instruction, so that none waits for the one before.
 */
export function vectorOp(fn: FunctionBuilder, name: PlainName, ...terms: readonly Term[]): Vectors {
  const values = terms.map((term) => (typeof term === 'number' ? constant(fn, shapeOf(name), term) : term))
  const count = Math.max(...values.map((value) => value.length))
  return Array.from({ length: count }, (_, i) => {
    const result = fn.local('v128')
    fn.op(name, ...values.map((value) => value[i] ?? value[0]!)).set(result)
    return result
  })
}

/** The same for a shift of all lanes by a fixed number of bits. */
export function vectorShift(fn: FunctionBuilder, name: PlainName, value: Vectors, bits: number): Vectors {
  return value.map((vector) => {
    const result = fn.local('v128')
    fn.op(name, vector, bits).set(result)
    return result
  })
}

/** A vector with the same number in every lane. */
export function constant(fn: FunctionBuilder, shape: LaneShape, value: number): Vectors {
  return [fn.constant(shape, value)]
}

/** Lanes of two vectors at a time: one result for each pair that the lists hold. */
export function vectorShuffle(
  fn: FunctionBuilder,
  lanes: readonly number[],
  first: Vectors,
  second: Vectors,
): Vectors {
  return first.map((vector, i) => {
    const result = fn.local('v128')
    fn.shuffle(lanes, vector, second[i]!).set(result)
    return result
  })
}

function shapeOf(name: PlainName): LaneShape {
  return name.slice(0, name.indexOf('.')) as LaneShape
}

type One = (x: Term) => Vectors
type Two = (a: Term, b: Term) => Vectors

/** Arithmetic on vectors of floats, as the formulas of kernels are written. Comparisons give masks. */
export interface FloatMath {
  readonly fn: FunctionBuilder
  readonly shape: FloatShape
  readonly neg: One
  readonly abs: One
  readonly sqrt: One
  readonly floor: One
  readonly ceil: One
  readonly trunc: One
  readonly nearest: One
  readonly add: Two
  readonly sub: Two
  readonly mul: Two
  readonly div: Two
  /** b where it is less than a, else a: one instruction, and a NaN in a stays. */
  readonly pmin: Two
  /** b where a is less than it, else a. */
  readonly pmax: Two
  readonly min: Two
  readonly max: Two
  readonly eq: Two
  readonly ne: Two
  readonly lt: Two
  readonly le: Two
  readonly gt: Two
  readonly ge: Two
  readonly and: Two
  readonly or: Two
  readonly xor: Two
  /** a · b + c. */
  readonly madd: (a: Term, b: Term, c: Term) => Vectors
  /** Horner's scheme; coefficients from the highest power down. */
  readonly polynomial: (x: Vectors, coefficients: readonly number[]) => Vectors
  /** a where all bits of the mask are set, b where none is. */
  readonly select: (mask: Vectors, a: Term, b: Term) => Vectors
  /** `value` where the mask is set, else 0. */
  readonly only: (mask: Vectors, value: Term) => Vectors
  /** 0 where the mask is set, else `value`. */
  readonly except: (mask: Vectors, value: Term) => Vectors
  /** The sign bit of x and nothing else. */
  readonly signOf: One
}

/** The arithmetic of one shape, emitted into a function. */
export function floatMath(fn: FunctionBuilder, shape: FloatShape): FloatMath {
  type Names<Count extends 1 | 2> = Count extends 1
    ? 'neg' | 'abs' | 'sqrt' | 'floor' | 'ceil' | 'trunc' | 'nearest'
    :
        | 'add'
        | 'sub'
        | 'mul'
        | 'div'
        | 'pmin'
        | 'pmax'
        | 'min'
        | 'max'
        | 'eq'
        | 'ne'
        | 'lt'
        | 'le'
        | 'gt'
        | 'ge'
  const value = (term: Term): Vectors => (typeof term === 'number' ? constant(fn, shape, term) : term)
  const one =
    (name: Names<1>): One =>
    (x) =>
      vectorOp(fn, `${shape}.${name}`, x)
  const two =
    (name: Names<2>): Two =>
    (a, b) =>
      vectorOp(fn, `${shape}.${name}`, a, b)
  const bits =
    (name: 'v128.and' | 'v128.or' | 'v128.xor' | 'v128.andnot'): Two =>
    (a, b) =>
      vectorOp(fn, name, value(a), value(b))
  const add = two('add')
  const mul = two('mul')
  const and = bits('v128.and')
  const andNot = bits('v128.andnot')
  const madd = (a: Term, b: Term, c: Term): Vectors => add(mul(a, b), c)
  return {
    fn,
    shape,
    neg: one('neg'),
    abs: one('abs'),
    sqrt: one('sqrt'),
    floor: one('floor'),
    ceil: one('ceil'),
    trunc: one('trunc'),
    nearest: one('nearest'),
    add,
    sub: two('sub'),
    mul,
    div: two('div'),
    pmin: two('pmin'),
    pmax: two('pmax'),
    min: two('min'),
    max: two('max'),
    eq: two('eq'),
    ne: two('ne'),
    lt: two('lt'),
    le: two('le'),
    gt: two('gt'),
    ge: two('ge'),
    and,
    or: bits('v128.or'),
    xor: bits('v128.xor'),
    madd,
    polynomial(x, [first, second, ...rest]) {
      let sum = madd(x, first!, second!)
      for (const coefficient of rest) sum = madd(sum, x, coefficient)
      return sum
    },
    select: (mask, a, b) => vectorOp(fn, 'v128.bitselect', value(a), value(b), mask),
    only: (mask, x) => and(mask, x),
    except: (mask, x) => andNot(x, mask),
    signOf: (x) => and(x, -0),
  }
}
