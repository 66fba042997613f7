import { FunctionBuilder, type Local } from '../assembler/index.ts'

/** A matrix, row by row. */
export type Matrix = readonly (readonly number[])[]

/** Outputs of a tile along each axis, and the elements that they read with 3 taps. */
export const tileOutputs = 4
export const tileInputs = 6

/** The transforms of F(4×4, 3×3) with the points 0, ±1, ±2 and ∞: y = Aᵀ((G·k·Gᵀ) ∘ (Bᵀ·x·B))A. */
export const transforms: Readonly<Record<'input' | 'kernel' | 'output', Matrix>> = {
  input: [
    [4, 0, -5, 0, 1, 0],
    [0, -4, -4, 1, 1, 0],
    [0, 4, -4, -1, 1, 0],
    [0, -2, -1, 2, 1, 0],
    [0, 2, -1, -2, 1, 0],
    [0, 4, 0, -5, 0, 1],
  ],
  kernel: [
    [1 / 4, 0, 0],
    [-1 / 6, -1 / 6, -1 / 6],
    [-1 / 6, 1 / 6, -1 / 6],
    [1 / 24, 1 / 12, 1 / 6],
    [1 / 24, -1 / 12, 1 / 6],
    [0, 0, 1],
  ],
  output: [
    [1, 1, 1, 1, 1, 0],
    [0, 1, -1, 2, -2, 0],
    [0, 1, 1, 4, 4, 0],
    [0, 1, -1, 8, -8, 1],
  ],
}

/** The adjoint of a transform. */
export function adjoint(matrix: Matrix): Matrix {
  return matrix[0]!.map((_, column) => matrix.map((row) => row[column]!))
}

// biome-ignore format: source, target, then sizes and the workspace.
const parameters = [
  'i32', 'i32', 'i32', 'i32',
  'i32', 'i32', 'i32', 'i32',
  'i32', 'i32', 'i32',
] as const

/** The function that transforms tiles. */
export type TransformKernel = FunctionBuilder<typeof parameters, readonly []>

type Vector = Local<'v128'>

/** Bytes that a transform keeps of a tile between its two axes. */
export const workspaceBytes: number = tileInputs * tileInputs * 16

/**
 * Computes T·tile·Tᵀ for neighbouring tiles, four channels at a time; with `adds`, on top of what the target holds.
 *
 * Parameters, steps in bytes: the first tile, steps between its rows, columns, and to the next tile; the same of the
 * target; how many tiles, how many times four channels, and a workspace.
 */
export function transformKernel(name: string, matrix: Matrix, adds = false): TransformKernel {
  const fn: TransformKernel = new FunctionBuilder(name, parameters)
  const [from, fromRow, fromColumn, fromTile, to, toRow, toColumn, toTile, tiles, quads, workspace] =
    fn.params
  const [source, target, left] = [fn.local('i32'), fn.local('i32'), fn.local('i32')]
  const [line, at] = [fn.local('i32'), fn.local('i32')]
  const inputs = fn.locals('v128', matrix[0]!.length)
  const outputs = fn.locals('v128', matrix.length)
  const multiply = multiplier(fn, matrix, inputs, outputs)
  const kept = (row: number, column: number) => (row * inputs.length + column) * 16
  fn.repeat(tiles, () => {
    fn.set(source, from).set(target, to).set(left, quads)
    fn.repeat(left, () => {
      fn.set(line, source)
      for (const column of inputs.keys()) {
        fn.set(at, line)
        for (const input of inputs) fn.load('v128.load', at).set(input).advance(at, fromRow)
        multiply()
        for (const [row, output] of outputs.entries()) {
          fn.store('v128.store', workspace, output, kept(row, column))
        }
        fn.advance(line, fromColumn)
      }
      fn.set(line, target)
      for (const row of outputs.keys()) {
        for (const [column, input] of inputs.entries()) {
          fn.load('v128.load', workspace, kept(row, column)).set(input)
        }
        multiply()
        fn.set(at, line)
        for (const output of outputs) {
          fn.get(at).get(output)
          if (adds) fn.load('v128.load', at).op('f32x4.add')
          fn.storeStack('v128.store').advance(at, toColumn)
        }
        fn.advance(line, toRow)
      }
      fn.advance(source, 16).advance(target, 16)
    })
    fn.advance(from, fromTile).advance(to, toTile)
  })
  return fn
}

interface Term {
  readonly factor: number
  readonly vector: Vector
}

/** The points ±1 and ±2 give pairs of lines that differ in signs alone; the second line of each has the next index. */
const pairs = [1, 3]

/** Emits outputs = matrix · inputs, with what pairs of rows or of columns share computed once. */
function multiplier(
  fn: FunctionBuilder,
  matrix: Matrix,
  inputs: readonly Vector[],
  outputs: readonly Vector[],
): () => void {
  const shared = fn.locals('v128', 4)
  return hasPairs(matrix)
    ? () => multiplyRowPairs(fn, matrix, inputs, outputs, shared)
    : () => multiplyColumnPairs(fn, matrix, inputs, outputs, shared)
}

function hasPairs(matrix: Matrix): boolean {
  return (
    matrix.length === tileInputs &&
    pairs.every((i) => matrix[i]!.every((value, j) => Math.abs(value) === Math.abs(matrix[i + 1]![j]!)))
  )
}

/** Rows of a pair are the sum and the difference of what they share. */
function multiplyRowPairs(
  fn: FunctionBuilder,
  matrix: Matrix,
  inputs: readonly Vector[],
  outputs: readonly Vector[],
  [same, opposite]: readonly Vector[],
): void {
  for (const [i, row] of matrix.entries()) {
    const terms = row.map((factor, j) => ({ factor, vector: inputs[j]! }))
    if (pairs.includes(i)) {
      const next = matrix[i + 1]!
      addTerms(
        fn,
        terms.filter(({ factor }, j) => factor === next[j]),
      )
      fn.set(same!)
      addTerms(
        fn,
        terms.filter(({ factor }, j) => factor !== next[j]),
      )
      fn.set(opposite!)
      fn.op('f32x4.add', same!, opposite!).set(outputs[i]!)
      fn.op('f32x4.sub', same!, opposite!).set(outputs[i + 1]!)
    } else if (!pairs.includes(i - 1)) {
      addTerms(fn, terms)
      fn.set(outputs[i]!)
    }
  }
}

/** Rows read the sums and the differences of pairs of inputs. */
function multiplyColumnPairs(
  fn: FunctionBuilder,
  matrix: Matrix,
  inputs: readonly Vector[],
  outputs: readonly Vector[],
  shared: readonly Vector[],
): void {
  for (const [at, i] of pairs.entries()) {
    fn.op('f32x4.add', inputs[i]!, inputs[i + 1]!).set(shared[2 * at]!)
    fn.op('f32x4.sub', inputs[i]!, inputs[i + 1]!).set(shared[2 * at + 1]!)
  }
  for (const [i, row] of matrix.entries()) {
    const ofPairs = pairs.map((j, at) => ({
      factor: row[j]!,
      vector: shared[2 * at + (row[j] === row[j + 1] ? 0 : 1)]!,
    }))
    const ends = [0, tileInputs - 1].map((j) => ({ factor: row[j]!, vector: inputs[j]! }))
    addTerms(fn, [...ofPairs, ...ends])
    fn.set(outputs[i]!)
  }
}

/** Pushes the sum of vectors times factors. */
function addTerms(fn: FunctionBuilder, terms: readonly Term[]): void {
  const present = terms.filter(({ factor }) => factor !== 0)
  // One that is not negated comes first.
  present.sort((a, b) => Math.sign(b.factor) - Math.sign(a.factor))
  for (const [i, { factor, vector }] of present.entries()) {
    const size = Math.abs(factor)
    fn.get(vector)
    if (size !== 1) fn.op('f32x4.mul', fn.constant('f32x4', size))
    if (i > 0) fn.op(factor > 0 ? 'f32x4.add' : 'f32x4.sub')
    else if (factor < 0) fn.op('f32x4.neg')
  }
}
