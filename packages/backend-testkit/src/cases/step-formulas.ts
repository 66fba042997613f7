import type { StepFormula } from '@tapegrad/core'

/** Formulas with everything that one may have: each operation, one state and two, numbers on both sides. */
export const stepFormulas: readonly StepFormula[] = [
  {
    name: 'signs',
    numbers: 2,
    states: 1,
    compute: (m, { gradient, variable, state: [mean] }, [rate, weight]) => {
      const moved = m.sub(m.mul(mean!, weight!), gradient)
      return [m.add(variable, m.mul(m.sign(moved), rate!)), moved]
    },
  },
  // The name is that of another formula.
  {
    name: 'signs',
    numbers: 1,
    states: 1,
    compute: (m, { gradient, variable, state: [sum] }, [rate]) => [
      m.sub(variable, m.mul(rate!, gradient)),
      m.add(sum!, m.abs(gradient)),
    ],
  },
  {
    name: 'roots',
    numbers: 3,
    states: 2,
    compute: (m, { gradient, variable, state: [spread, largest] }, [rate, weight, epsilon]) => {
      const moved = m.add(m.mul(spread!, weight!), m.mul(gradient, gradient))
      const bound = m.maximum(m.mul(weight!, largest!), m.abs(gradient))
      const step = m.div(m.mul(gradient, rate!), m.add(m.sqrt(m.add(moved, epsilon!)), bound))
      return [m.sub(variable, step), moved, bound]
    },
  },
]

/** Numbers for a formula, different from each other. */
export function numbersOf({ numbers }: StepFormula): readonly number[] {
  return [0.3, 0.75, 0.125].slice(0, numbers)
}
