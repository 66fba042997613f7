import {
  ArgumentError,
  type Config,
  cast,
  DisposedError,
  div,
  mul,
  type Optimizer,
  sub,
  type Tensor,
  tidy,
  type Variable,
  valueAndGrad,
} from '@tapegrad/core'
import { checkState } from './check-state.ts'
import { checkGradients, checkUsable, checkVariables } from './check-step.ts'
import { clipGradients } from './clipping.ts'
import { GradientAccumulator } from './gradient-accumulator.ts'
import { type LearningRate, rateAt, replaceRate, serializeRate } from './learning-rate.ts'
import { MovingAverages } from './moving-averages.ts'
import {
  type CommonOptions,
  commonTable,
  type OptimizerDefaults,
  type OptimizerOptions,
  readCommonOptions,
} from './optimizer-options.ts'
import { ownConfig } from './option-table.ts'
import { type SlotSpec, slotLike } from './slots.ts'
import { Undecayed } from './undecayed.ts'

/**
 * What Keras's optimizers have in common: the order of clipping, weight decay, the update, moving averages and
 * constraints.
 *
 * A sub-class makes its state in `buildSlots` and changes one variable in `update`.
 *
 * @see https://keras.io/api/optimizers/
 */
export abstract class OptimizerBase implements Optimizer {
  abstract readonly className: string
  readonly name: string
  readonly weightDecay: number | null
  readonly lossScaleFactor: number | null
  readonly #op: string
  readonly #common: CommonOptions
  readonly #averages: MovingAverages | null
  readonly #accumulator: GradientAccumulator | null
  #rate: LearningRate
  #stepCount = 0
  #variables: readonly Variable[] = []
  #indices: ReadonlyMap<Variable, number> = new Map()
  #all: readonly number[] = []
  #slots: Variable[] = []
  readonly #undecayed = new Undecayed()
  #disposed = false

  /**
   * @param op The class's name, for messages.
   * @param ownOptionNames The names of the options that the sub-class adds.
   * @throws {@link ArgumentError} for unknown options and values out of their ranges.
   */
  constructor(
    op: string,
    options: OptimizerOptions,
    defaults: OptimizerDefaults,
    ownOptionNames: readonly string[] = [],
  ) {
    const common = readCommonOptions(op, options, defaults, ownOptionNames)
    this.#op = op
    this.#common = common
    this.#rate = common.learningRate
    this.name = common.name
    this.weightDecay = common.weightDecay
    this.lossScaleFactor = common.lossScaleFactor
    this.#averages = common.useEma
      ? new MovingAverages(common.emaMomentum, common.emaOverwriteFrequency)
      : null
    const steps = common.gradientAccumulationSteps
    this.#accumulator = steps === null ? null : new GradientAccumulator(steps)
  }

  /** The learning rate of the next step. A schedule is replaced by another one only. */
  get learningRate(): number {
    return rateAt(this.#op, this.#rate, this.#stepCount)
  }

  set learningRate(next: LearningRate) {
    this.#rate = replaceRate(this.#op, this.#rate, next)
  }

  /** How many updates were made. */
  get iterations(): number {
    const steps = this.#accumulator?.steps ?? 1
    return Math.floor(this.#stepCount / steps)
  }

  /** How many steps were taken: more than updates where gradients are accumulated. What `restore` takes. */
  get stepCount(): number {
    return this.#stepCount
  }

  /** The state: moving averages, sums of gradients, and what the sub-class keeps. */
  get variables(): readonly Variable[] {
    return [...this.movingAverages, ...(this.#accumulator?.variables ?? []), ...this.#slots]
  }

  /** The moving averages of the variables, in the order in which the optimizer was built; none without `useEma`. */
  get movingAverages(): readonly Variable[] {
    return this.#averages?.variables ?? []
  }

  build(variables: readonly Variable[]): void {
    this.#assertUsable('build')
    if (this.#checkVariables('build', variables) !== null) return
    this.#slots = this.buildSlots(variables)
    this.#averages?.build(variables)
    this.#accumulator?.build(variables)
    this.#variables = [...variables]
    this.#indices = new Map(variables.map((variable, i) => [variable, i]))
    this.#all = [...this.#indices.values()]
  }

  /**
   * Takes one step: clipping, weight decay, the update, moving averages, constraints.
   *
   * @param gradients One for each variable; null for a variable that the loss does not depend on, which stays as it is.
   * @param variables Those of the first step, or some of them, in any order.
   * @throws {@link ArgumentError}, {@link ShapeError}, {@link DTypeError}, {@link BackendMismatchError}, {@link DisposedError} for what does not fit; nothing is changed then.
   */
  apply(gradients: readonly (Tensor | null)[], variables: readonly Variable[]): void {
    this.#assertUsable('apply')
    const op = `${this.className}.apply`
    const indices = this.#checkVariables('apply', variables)
    checkGradients(op, gradients, variables)
    const { learningRate } = this
    if (indices === null) this.build(variables)
    tidy(() => {
      this.#step(gradients, variables, indices ?? this.#all, learningRate)
      variables.forEach((variable, i) => {
        const { constraint } = variable
        if (constraint !== null && gradients[i] !== null) variable.assign(constraint(variable))
      })
    })
    this.#stepCount++
  }

  minimize(loss: () => Tensor, variables: readonly Variable[]): Tensor {
    this.#assertUsable('minimize')
    const op = `${this.className}.minimize`
    if (typeof loss !== 'function') {
      throw new ArgumentError('the loss is not a function', {
        op,
        received: { loss },
        hint: 'minimize(() => loss, variables) computes it while it records',
      })
    }
    this.#checkVariables('minimize', variables)
    const scale = this.lossScaleFactor
    const scaled = scale === null ? loss : (): Tensor => mul(loss(), scale)
    const { value, grads } = valueAndGrad(scaled)(variables)
    try {
      this.apply(grads, variables)
    } catch (error) {
      value.dispose()
      throw error
    } finally {
      for (const gradient of grads) gradient.dispose()
    }
    if (scale === null) return value
    const unscaled = div(value, scale)
    value.dispose()
    return unscaled
  }

  /**
   * Names variables that weight decay leaves alone, such as biases. Call it before the first step; files do not hold it.
   *
   * @param variables Variables, and texts: what has one of them in its name is left alone, too.
   * @throws {@link ArgumentError} for anything else.
   */
  excludeFromWeightDecay(variables: readonly (Variable | string)[]): void {
    this.#undecayed.add(`${this.className}.excludeFromWeightDecay`, variables)
  }

  /** Sets the trained variables to their moving averages, at the end of training. Without `useEma` it does nothing. */
  finalizeVariableValues(): void {
    this.#averages?.overwrite(this.#variables)
  }

  /** Exchanges the trained variables and their moving averages, to evaluate the latter; a second time puts them back. */
  swapMovingAverages(): void {
    this.#assertUsable('swapMovingAverages')
    if (this.#averages === null) {
      throw new ArgumentError('the optimizer keeps no moving averages', {
        op: `${this.className}.swapMovingAverages`,
        hint: `new ${this.className}({ useEma: true })`,
      })
    }
    this.#averages.swap(this.#variables)
  }

  /**
   * Sets the state that a file held.
   *
   * @param stepCount How many steps had been taken.
   * @param values Those of `variables`, in their order.
   * @throws {@link ArgumentError}, {@link ShapeError} for what does not fit; nothing is changed then.
   */
  restore(stepCount: number, values: readonly Tensor[]): void {
    this.#assertUsable('restore')
    const op = `${this.className}.restore`
    const { variables } = this
    checkState(op, stepCount, values, variables)
    variables.forEach((variable, i) => variable.assign(values[i]!))
    this.#stepCount = stepCount
  }

  getConfig(): Config {
    const learningRate = serializeRate(`${this.className}.getConfig`, this.#rate)
    return { ...ownConfig(commonTable, this.#common), learning_rate: learningRate }
  }

  dispose(): void {
    if (this.#disposed) return
    this.#disposed = true
    for (const variable of this.variables) variable.dispose()
  }

  /** Makes the state for these variables, in a fixed order. */
  protected abstract buildSlots(variables: readonly Variable[]): Variable[]

  /** Changes variable number `index` by its gradient. Runs in a tidy scope. */
  protected abstract update(gradient: Tensor, variable: Variable, index: number, learningRate: number): void

  /**
   * Does the same in one kernel and returns true, where the backend has one for these tensors. The variable first
   * loses the fraction `decay` of itself.
   */
  protected updateFused(
    _gradient: Tensor,
    _variable: Variable,
    _index: number,
    _learningRate: number,
    _decay: number,
  ): boolean {
    return false
  }

  /** The weight decay of a variable, unless it is excluded. */
  protected weightDecayOf(_variable: Variable): number | null {
    return this.weightDecay
  }

  /** A variable of zeros (or of `initial`) like each of `variables`, named after it. */
  protected makeSlots(variables: readonly Variable[], name: string): Variable[] {
    return variables.map((variable) => this.makeSlot(variable, name))
  }

  /** A variable of zeros (or of `initial`) beside a variable, named after it; `shape` gives it another shape. */
  protected makeSlot(variable: Variable, name: string, spec: SlotSpec = {}): Variable {
    return slotLike(variable, name, spec)
  }

  #step(
    gradients: readonly (Tensor | null)[],
    variables: readonly Variable[],
    indices: readonly number[],
    learningRate: number,
  ): void {
    const { iterations } = this
    const scale = this.lossScaleFactor
    const unscaled = scale === null ? gradients : gradients.map((g) => (g === null ? null : div(g, scale)))
    const ready =
      this.#accumulator === null ? unscaled : this.#accumulator.add(unscaled, indices, this.#stepCount)
    if (ready !== null) {
      const clipped = clipGradients(ready, this.#common)
      clipped.forEach((gradient, i) => {
        if (gradient !== null) this.#change(variables[i]!, gradient, indices[i]!, learningRate)
      })
    }
    this.#averages?.update(this.#variables, iterations)
  }

  #change(variable: Variable, gradient: Tensor, index: number, learningRate: number): void {
    if (variable.size === 0) return
    const decay = this.#undecayed.has(variable) ? 0 : (this.weightDecayOf(variable) ?? 0) * learningRate
    const g = gradient.dtype === variable.dtype ? gradient : cast(gradient, variable.dtype)
    if (this.updateFused(g, variable, index, learningRate, decay)) return
    if (decay !== 0) variable.assign(sub(variable, mul(variable, decay)))
    this.update(g, variable, index, learningRate)
  }

  /** The numbers of variables that can be trained; null where nothing is built yet. */
  #checkVariables(method: string, variables: readonly Variable[]): readonly number[] | null {
    const op = `${this.className}.${method}`
    const known = this.#variables
    if (known.length > 0 && Array.isArray(variables) && variables.length === known.length) {
      // What nearly every step is called with was checked before.
      if (known.every((each, i) => each === variables[i])) {
        checkUsable(op, known)
        return this.#all
      }
    }
    checkVariables(op, variables)
    if (known.length === 0) return null
    const indices = variables.flatMap((variable) => this.#indices.get(variable) ?? [])
    if (indices.length === variables.length) return indices
    throw new ArgumentError('the variables are not those that the optimizer was built for', {
      op,
      received: {
        variables: variables.map((variable) => variable.name),
        built: this.#variables.map((variable) => variable.name),
      },
      hint: 'make a new optimizer for other variables',
    })
  }

  #assertUsable(method: string): void {
    if (!this.#disposed) return
    throw new DisposedError('the optimizer was used after dispose', { op: `${this.className}.${method}` })
  }
}
