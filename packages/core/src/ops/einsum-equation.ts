import { ArgumentError, ShapeError } from '../errors/index.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** The name of an axis: a letter, or `…` and a number for an axis of the ellipsis, counted from its last. */
export type Label = string

/** What an equation says about its operands. */
export interface Equation {
  /** The labels of each operand's axes. */
  readonly inputs: readonly (readonly Label[])[]
  readonly output: readonly Label[]
  /** The size of each label: that of its axes which are not 1. */
  readonly sizes: ReadonlyMap<Label, number>
}

/** Reads an equation for operands, and throws where they do not go together. */
export function readEquation(equation: string, operands: readonly Tensor[]): Equation {
  if (typeof equation !== 'string') throw malformed('the equation is not a string', equation)
  const [left, right, ...rest] = equation.replaceAll(' ', '').split('->') as [string, string?, ...string[]]
  if (rest.length > 0) throw malformed('the equation has more than one arrow', equation)
  const terms = left.split(',')
  for (const term of [...terms, right ?? '']) checkTerm(term, equation)
  if (terms.length !== operands.length) {
    throw new ArgumentError('the equation is for another number of tensors', {
      op: 'einsum',
      received: { equation, tensors: operands.length },
      expected: `${terms.length} tensors`,
    })
  }
  const inputs = terms.map((term, i) => labelAxes(term, operands, i, equation))
  const sizes = sizesOf(inputs, operands, equation)
  const output = right === undefined ? impliedOutput(inputs) : statedOutput(right, inputs, equation)
  return { inputs, output, sizes }
}

function checkTerm(term: string, equation: string): void {
  const stranger = /[^A-Za-z]/.exec(term.replace('...', ''))
  if (stranger === null) return
  throw malformed(`${JSON.stringify(stranger[0])} is no letter`, equation)
}

function labelAxes(
  term: string,
  operands: readonly Tensor[],
  position: number,
  equation: string,
): readonly Label[] {
  const x = operands[position]!
  const [before, after] = term.split('...') as [string, string?]
  const letters = before.length + (after?.length ?? 0)
  const fits = after === undefined ? letters === x.shape.length : letters <= x.shape.length
  if (fits) return [...before, ...ellipsis(x.shape.length - letters), ...(after ?? '')]
  throw new ShapeError(`${JSON.stringify(term)} names another number of axes than operand ${position} has`, {
    op: 'einsum',
    received: { equation, [`operand ${position}`]: x },
    expected: `a tensor of rank ${letters}${after === undefined ? '' : ' or more'}`,
    ...(after === undefined && letters < x.shape.length ? { hint: '"..." stands for all other axes' } : {}),
  })
}

/** Counted from the last: ellipses of different lengths broadcast. */
function ellipsis(length: number): Label[] {
  return Array.from({ length }, (_, i) => `…${length - 1 - i}`)
}

const isLetter = (label: Label): boolean => !label.startsWith('…')

function sizesOf(
  inputs: readonly (readonly Label[])[],
  operands: readonly Tensor[],
  equation: string,
): Map<Label, number> {
  const sizes = new Map<Label, number>()
  const givenBy = new Map<Label, number>()
  inputs.forEach((labels, i) => {
    const { shape } = operands[i]!
    labels.forEach((label, axis) => {
      const side = shape[axis]!
      const known = sizes.get(label)
      const earlier = labels.indexOf(label)
      const isSame = earlier === axis || shape[earlier] === side
      if (isSame && (known === undefined || known === 1 || side === 1 || known === side)) {
        if (known !== undefined && side === 1) return
        sizes.set(label, side)
        givenBy.set(label, i)
        return
      }
      const other = isSame ? givenBy.get(label)! : i
      throw new ShapeError(`${isLetter(label) ? `"${label}"` : 'an axis of "..."'} has two sizes`, {
        op: 'einsum',
        received: { equation, [`operand ${other}`]: operands[other], [`operand ${i}`]: operands[i] },
        expected: `${isSame ? known : shape[earlier]} (operand ${other}) = ${side} (operand ${i})`,
      })
    })
  })
  return sizes
}

/** The axes of the ellipses, then the letters that occur once, in alphabetical order. */
function impliedOutput(inputs: readonly (readonly Label[])[]): Label[] {
  const letters = inputs.flat().filter(isLetter)
  const once = letters.filter((letter) => letters.indexOf(letter) === letters.lastIndexOf(letter))
  return [...ellipsis(longestEllipsis(inputs)), ...once.sort()]
}

function statedOutput(term: string, inputs: readonly (readonly Label[])[], equation: string): Label[] {
  const [before, after] = term.split('...') as [string, string?]
  const letters = [...before, ...(after ?? '')]
  const twice = letters.find((letter, i) => letters.indexOf(letter) < i)
  if (twice !== undefined) throw malformed(`the output names "${twice}" twice`, equation)
  const unknown = letters.find((letter) => !inputs.some((labels) => labels.includes(letter)))
  if (unknown !== undefined) throw malformed(`no input has the output's "${unknown}"`, equation)
  const length = longestEllipsis(inputs)
  if (after === undefined && length > 0) {
    throw new ShapeError('the output has no place for the axes that "..." stands for', {
      op: 'einsum',
      received: { equation },
      hint: `add "..." to the output, such as "...${term}"`,
    })
  }
  return [...before, ...(after === undefined ? [] : ellipsis(length)), ...(after ?? '')]
}

function longestEllipsis(inputs: readonly (readonly Label[])[]): number {
  return Math.max(...inputs.map((labels) => labels.filter((label) => !isLetter(label)).length))
}

function malformed(what: string, equation: unknown): ArgumentError {
  return new ArgumentError(what, {
    op: 'einsum',
    received: { equation },
    expected: 'letters for the axes of each tensor, such as "ij,jk->ik"; "..." stands for further axes',
  })
}
