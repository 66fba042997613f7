import {
  abs,
  add,
  div,
  formulaStepKernel,
  maximum,
  mul,
  type StepFormula,
  type StepMath,
  sign,
  sqrt,
  sub,
  type Tensor,
  type Variable,
} from '@tapegrad/core'
import type { RuleResult, RuleStep } from './define-optimizer.ts'
import { fusedStep } from './fused-step.ts'

/** A rule that treats each element by itself: one formula for the kernel and for the composition. */
export interface FormulaRule<Slots extends object, Own> {
  readonly formula: StepFormula
  /** The state in the order of the formula. */
  readonly slots: readonly (keyof Slots & string)[]
  readonly numbers: (step: RuleStep<Slots>, own: Own) => readonly number[]
}

type Term = Tensor | number

const tensorMath: StepMath<Term> = {
  add,
  sub,
  mul,
  div,
  maximum,
  // Of an element, never of a number.
  sqrt: (x) => sqrt(x as Tensor),
  abs: (x) => abs(x as Tensor),
  sign: (x) => sign(x as Tensor),
}

const stateOf = <Slots extends object>(slots: Slots, names: readonly (keyof Slots)[]): Variable[] =>
  names.map((name) => slots[name] as Variable)

/** The step of a formula, composed. */
export function composeFormula<Slots extends object, Own>(
  { formula, slots, numbers }: FormulaRule<Slots, Own>,
  step: RuleStep<Slots>,
  own: Own,
): RuleResult<Slots> {
  const { gradient, variable } = step
  const elements = { gradient, variable, state: stateOf(step.slots, slots) }
  const [value, ...state] = formula.compute<Term>(
    tensorMath,
    elements,
    numbers(step, own),
  ) as readonly Tensor[]
  const entries = slots.map((name, i) => [name, state[i]!] as const)
  return { value: value!, slots: Object.fromEntries(entries) as { [Name in keyof Slots]?: Tensor } }
}

/** The step of a formula in one kernel, where the backend has it. */
export function fuseFormula<Slots extends object, Own>(
  { formula, slots, numbers }: FormulaRule<Slots, Own>,
  step: RuleStep<Slots>,
  own: Own,
  decay: number,
): boolean {
  const { gradient, variable } = step
  const fused = fusedStep(formulaStepKernel, gradient, variable)
  if (fused === undefined) return false
  const [first, second] = stateOf(step.slots, slots)
  fused.kernel(
    formula,
    numbers(step, own),
    decay,
    fused.gradient,
    variable.prepareWrite(),
    first!.prepareWrite(),
    second?.prepareWrite() ?? null,
  )
  return true
}
