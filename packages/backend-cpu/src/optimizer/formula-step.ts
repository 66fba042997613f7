import type { StepFormula, StepMath } from '@tapegrad/core'
import { simpleFunctions } from '../elementwise/simple-functions.ts'
import type { FloatMath, Vectors } from '../elementwise/vector-math.ts'
import type { CpuView } from '../views.ts'
import { decayed } from './decay.ts'
import type { RunStep } from './run-step.ts'
import type { Step } from './step-kernel.ts'

/** The kernel of core's `formulaStepKernel`. */
export function makeFormulaStep(
  runStep: RunStep,
): (
  formula: StepFormula,
  numbers: readonly number[],
  decay: number,
  gradient: CpuView,
  variable: CpuView,
  first: CpuView,
  second: CpuView | null,
) => void {
  const known = new Map<StepFormula, (decays: boolean) => Step>()
  return (formula, numbers, decay, gradient, variable, first, second) => {
    let stepOf = known.get(formula)
    if (stepOf === undefined) {
      // Formulas of different packages may have one name.
      const name = `${formula.name}_${known.size}`
      const [plain, decaying] = [false, true].map((decays) => stepOfFormula(name, formula, decays))
      stepOf = (decays) => (decays ? decaying! : plain!)
      known.set(formula, stepOf)
    }
    const tensors = [gradient, variable, first]
    if (second !== null) tensors.push(second)
    runStep(stepOf(decay !== 0), tensors, [decay, ...numbers])
  }
}

function stepOfFormula(name: string, { states, numbers, compute }: StepFormula, decays: boolean): Step {
  return {
    name: decays ? `${name}_decay` : name,
    tensors: 2 + states,
    numbers: 1 + numbers,
    emit(m, part, [decay, ...given]) {
      const [gradient, variable, ...state] = Array.from({ length: 2 + states }, (_, i) => part.load(i))
      const elements = {
        gradient: gradient!,
        variable: decayed(m, variable!, decays ? decay : undefined),
        state,
      }
      for (const [i, value] of compute(stepMath(m), elements, given).entries()) part.store(1 + i, value)
    },
  }
}

function stepMath(m: FloatMath): StepMath<Vectors> {
  return {
    add: m.add,
    sub: m.sub,
    mul: m.mul,
    div: m.div,
    maximum: m.max,
    sqrt: m.sqrt,
    abs: m.abs,
    sign: (x) => simpleFunctions.sign(m, x),
  }
}
