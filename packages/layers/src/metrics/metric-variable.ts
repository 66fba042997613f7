import { type Backend, type FloatDType, full, type Shape, type Variable, variable } from '@tapegrad/core'

/**
 * A number, or an array of them, in the state of a metric. The variable is made when it is first asked for, on the
 * backend of what is to be added: a metric exists before it sees any data.
 */
export class MetricVariable {
  readonly name: string
  readonly shape: Shape
  readonly dtype: FloatDType
  #variable: Variable | null = null

  constructor(name: string, shape: Shape, dtype: FloatDType) {
    this.name = name
    this.shape = shape
    this.dtype = dtype
  }

  /** The variable; null before its first use and after a reset, which stands for zeros. */
  get variable(): Variable | null {
    return this.#variable
  }

  /** The variable, of zeros where it is new. */
  on(backend: Backend): Variable {
    if (this.#variable !== null) return this.#variable
    using start = full(this.shape, 0, { dtype: this.dtype, backend })
    this.#variable = variable(start, { name: this.name, trainable: false })
    return this.#variable
  }

  /** Gives the variable up: the next one starts with zeros. */
  reset(): void {
    this.#variable?.dispose()
    this.#variable = null
  }
}
