import { ArgumentError, ShapeError } from '@tapegrad/core'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'

/** The equation of an EinsumDense: the letters of its terms, and where their ellipsis is. */
export interface DenseEquation {
  readonly input: string
  readonly kernel: string
  readonly output: string
  /** Which side of the letters of input and output `...` stands on. */
  readonly ellipsis: 'left' | 'right' | null
}

/** The shapes that belong to an equation and an input. */
export interface EinsumShapes {
  readonly kernel: readonly number[]
  readonly bias: readonly number[] | null
  /** The axes of the kernel that are summed over, and the others. */
  readonly inputAxes: readonly number[]
  readonly outputAxes: readonly number[]
}

const letters = '([A-Za-z]+)'
const forms: readonly (readonly [RegExp, DenseEquation['ellipsis']])[] = [
  [new RegExp(`^${letters},${letters}->${letters}$`), null],
  [new RegExp(`^\\.{3}${letters},${letters}->\\.{3}${letters}$`), 'left'],
  [new RegExp(`^${letters}\\.{3},${letters}->${letters}\\.{3}$`), 'right'],
]

/** Reads an equation. */
export function parseEquation(op: string, equation: unknown): DenseEquation {
  const fail = (what: string): never => {
    throw new ArgumentError(what, {
      op,
      received: { equation },
      expected: "letters for the axes, such as 'ab,bc->ac', '...ab,bc->...ac' or 'ab...,bc->ac...'",
    })
  }
  if (typeof equation !== 'string') return fail('the equation is not a text')
  for (const [form, ellipsis] of forms) {
    const match = form.exec(equation)
    if (match === null) continue
    const [, input, kernel, output] = match as unknown as [string, string, string, string]
    if (new Set(output).size < output.length) fail('the output names an axis twice')
    if (new Set(kernel).size < kernel.length) fail('the kernel names an axis twice')
    const stranger = [...output].find((letter) => !(input + kernel).includes(letter))
    if (stranger !== undefined) fail(`"${stranger}" is in the output only`)
    const free = [...kernel].find((letter) => !(input + output).includes(letter))
    if (free !== undefined) fail(`"${free}" is in the kernel only`)
    if (ellipsis !== 'left' && (input[0] !== output[0] || kernel.includes(input[0]!)))
      fail('the batch, which comes first, must stay first and apart from the kernel')
    return { input, kernel, output, ellipsis }
  }
  return fail('the equation has none of the forms that the layer takes')
}

/** The sizes of letters, from the input and, where it lacks them, from the option. */
function sizesOf(
  op: string,
  equation: DenseEquation,
  inputShape: SymbolicShape,
  outputShape: SymbolicShape,
): ReadonlyMap<string, number | null> {
  const { input, output, ellipsis } = equation
  const elided = inputShape.length - input.length
  if (ellipsis === null ? elided !== 0 : elided < (ellipsis === 'left' ? 1 : 0)) {
    throw new ShapeError('the input has another number of axes than the equation', {
      op,
      received: { inputShape, equation: `${input}${ellipsis === null ? '' : ', ...'}` },
      ...(ellipsis === 'left' ? { expected: 'the batch and further axes for "..."' } : {}),
    })
  }
  const sizes = new Map<string, number | null>()
  const note = (letter: string, side: number | null): void => {
    const known = sizes.get(letter) ?? null
    if (known !== null && side !== null && known !== side) {
      throw new ShapeError(`"${letter}" has two sizes`, {
        op,
        received: { inputShape, outputShape },
        expected: `${known} = ${side}`,
      })
    }
    sizes.set(letter, known ?? side)
  }
  for (const [i, letter] of [...input].entries())
    note(letter, inputShape[ellipsis === 'left' ? i + elided : i]!)
  const first = output.length - outputShape.length
  outputShape.forEach((side, i) => {
    note(output[first + i]!, side)
  })
  return sizes
}

/** The shape of the output. */
export function einsumOutputShape(
  op: string,
  equation: DenseEquation,
  inputShape: SymbolicShape,
  outputShape: SymbolicShape,
): SymbolicShape {
  const { input, output, ellipsis } = equation
  const sizes = sizesOf(op, equation, inputShape, outputShape)
  const own = [...output].map((letter) => sizes.get(letter)!)
  const elided = inputShape.length - input.length
  if (ellipsis === 'left') return [...inputShape.slice(0, elided), ...own]
  return [...own, ...inputShape.slice(input.length)]
}

/** The shapes of the weights. */
export function einsumShapes(
  op: string,
  equation: DenseEquation,
  biasAxes: string | null,
  inputShape: SymbolicShape,
  outputShape: SymbolicShape,
): EinsumShapes {
  const { input, kernel, output, ellipsis } = equation
  const sizes = sizesOf(op, equation, inputShape, outputShape)
  const sizeOf = (letter: string): number => {
    const size = sizes.get(letter) ?? null
    if (size !== null) return size
    throw new ShapeError(`the size of "${letter}" must be known, for a weight has it`, {
      op,
      received: { inputShape, outputShape },
    })
  }
  const isOutput = (letter: string): boolean => output.includes(letter)
  const positions = [...kernel].map((letter, i) => [i, isOutput(letter)] as const)
  const behind = ellipsis === 'right' ? inputShape.length - input.length : 0
  return {
    kernel: [...kernel].map(sizeOf),
    bias: biasAxes === null ? null : biasShape(output, biasAxes, sizeOf, behind),
    inputAxes: positions.filter(([, stays]) => !stays).map(([i]) => i),
    outputAxes: positions.filter(([, stays]) => stays).map(([i]) => i),
  }
}

/** From the first axis that has a bias: sizes where there is one, and 1 elsewhere, so that it broadcasts. */
function biasShape(
  output: string,
  biasAxes: string,
  sizeOf: (letter: string) => number,
  behind: number,
): readonly number[] {
  const first = Math.min(...[...biasAxes].map((letter) => output.indexOf(letter)))
  const own = [...output.slice(first)].map((letter) => (biasAxes.includes(letter) ? sizeOf(letter) : 1))
  return [...own, ...new Array<number>(behind).fill(1)]
}
