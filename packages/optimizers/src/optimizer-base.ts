import {
  ArgumentError,
  type Config,
  checkOptionNames,
  DisposedError,
  mul,
  type Optimizer,
  sub,
  type Tensor,
  tidy,
  type Variable,
  valueAndGrad,
} from '@tapegrad/core'
import { checkGradients, checkVariables } from './check-step.ts'
import { type ClippingOptions, clipGradients } from './clipping.ts'
import { GradientAccumulator } from './gradient-accumulator.ts'
import { MovingAverages } from './moving-averages.ts'
import {
  checkBoolean,
  checkNonNegative,
  checkPositiveInteger,
  checkUnitInterval,
  commonKeys,
} from './options.ts'
import { slotLike } from './slots.ts'

const optionNames = Object.values(commonKeys).filter((name) => name !== 'learningRate')

/** The options of every optimizer, as Keras has them. */
export interface OptimizerOptions extends ClippingOptions {
  /** The step size, at least 0. */
  readonly learningRate?: number
  /** Decoupled weight decay: before each step a variable loses this fraction of itself, times the learning rate. */
  readonly weightDecay?: number | null
  /** Whether to keep moving averages of the variables. */
  readonly useEma?: boolean
  /** How slowly the averages move, from 0 to 1. Default: 0.99. */
  readonly emaMomentum?: number
  /** After how many steps the variables are set to their averages. Default: never. */
  readonly emaOverwriteFrequency?: number | null
  /** What the loss was multiplied by: gradients are divided by it. */
  readonly lossScaleFactor?: number | null
  /** Over how many steps gradients are averaged before one update. */
  readonly gradientAccumulationSteps?: number | null
  /** Default: the class name in lower case. */
  readonly name?: string
}

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
  learningRate: number
  readonly weightDecay: number | null
  readonly lossScaleFactor: number | null
  readonly #clipping: ClippingOptions
  readonly #ema: { readonly momentum: number; readonly frequency: number | null }
  readonly #averages: MovingAverages | null
  readonly #accumulator: GradientAccumulator | null
  #calls = 0
  #variables: readonly Variable[] = []
  #slots: Variable[] = []
  #excluded: ReadonlySet<Variable> = new Set()
  #disposed = false

  /**
   * @param op The class's name, for messages.
   * @param ownOptionNames The names of the options that the sub-class adds.
   * @throws {@link ArgumentError} for unknown options and values out of their ranges.
   */
  constructor(
    op: string,
    options: OptimizerOptions,
    defaults: { readonly learningRate: number; readonly name: string },
    ownOptionNames: readonly string[] = [],
  ) {
    // The first is what messages give as an example.
    checkOptionNames(op, options, ['learningRate', ...ownOptionNames, ...optionNames])
    this.name = options.name ?? defaults.name
    this.learningRate = checkNonNegative(op, 'learningRate', options.learningRate ?? defaults.learningRate)
    this.weightDecay = nullable(options.weightDecay, (value) => checkNonNegative(op, 'weightDecay', value))
    this.lossScaleFactor = nullable(options.lossScaleFactor, (value) =>
      checkNonNegative(op, 'lossScaleFactor', value),
    )
    const { clipnorm = null, clipvalue = null, globalClipnorm = null } = options
    this.#clipping = { clipnorm, clipvalue, globalClipnorm }
    checkClipping(op, this.#clipping)
    const momentum = checkUnitInterval(op, 'emaMomentum', options.emaMomentum ?? 0.99)
    const frequency = nullable(options.emaOverwriteFrequency, (value) =>
      checkPositiveInteger(op, 'emaOverwriteFrequency', value),
    )
    this.#ema = { momentum, frequency }
    this.#averages = checkBoolean(op, 'useEma', options.useEma ?? false)
      ? new MovingAverages(momentum, frequency)
      : null
    const steps = nullable(options.gradientAccumulationSteps, (value) => {
      const checked = checkPositiveInteger(op, 'gradientAccumulationSteps', value)
      if (checked >= 2) return checked
      throw new ArgumentError('gradientAccumulationSteps is less than 2', {
        op,
        received: { gradientAccumulationSteps: value },
      })
    })
    this.#accumulator = steps === null ? null : new GradientAccumulator(steps)
  }

  /** How many updates were made. */
  get iterations(): number {
    return this.#accumulator === null ? this.#calls : Math.floor(this.#calls / this.#accumulator.steps)
  }

  get variables(): readonly Variable[] {
    return [...this.#slots, ...(this.#averages?.variables ?? []), ...(this.#accumulator?.variables ?? [])]
  }

  build(variables: readonly Variable[]): void {
    this.#assertUsable('build')
    checkVariables(`${this.className}.build`, variables)
    if (this.#variables.length > 0) {
      this.#assertSameVariables(variables)
      return
    }
    this.#variables = [...variables]
    this.#slots = this.buildSlots(variables)
    this.#averages?.build(variables)
    this.#accumulator?.build(variables)
  }

  apply(gradients: readonly (Tensor | null)[], variables: readonly Variable[]): void {
    this.#assertUsable('apply')
    const op = `${this.className}.apply`
    checkVariables(op, variables)
    this.build(variables)
    checkGradients(op, gradients, variables)
    tidy(() => {
      this.#step(gradients, variables)
      for (const variable of variables) {
        if (variable.constraint !== null) variable.assign(variable.constraint(variable))
      }
    })
    this.#calls++
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
    checkVariables(op, variables)
    const scale = this.lossScaleFactor
    const scaled = scale === null ? loss : (): Tensor => mul(loss(), scale)
    const { value, grads } = valueAndGrad(scaled)(variables)
    this.apply(grads, variables)
    for (const gradient of grads) gradient.dispose()
    if (scale === null) return value
    const unscaled = mul(value, 1 / scale)
    value.dispose()
    return unscaled
  }

  /** Names variables that weight decay leaves alone, such as biases. Call it before the first step. */
  excludeFromWeightDecay(variables: readonly Variable[]): void {
    this.#excluded = new Set([...this.#excluded, ...variables])
  }

  /** Sets the trained variables to their moving averages, at the end of training. */
  finalizeVariableValues(): void {
    this.#averages?.overwrite(this.#variables)
  }

  restore(iterations: number, values: readonly Tensor[]): void {
    this.#assertUsable('restore')
    const { variables } = this
    if (values.length !== variables.length) {
      throw new ArgumentError('the state has another number of tensors than this optimizer', {
        op: `${this.className}.restore`,
        received: { values: values.length, variables: variables.length },
        hint: 'build the optimizer with the same variables and options first',
      })
    }
    variables.forEach((variable, i) => variable.assign(values[i]!))
    this.#calls = iterations * (this.#accumulator?.steps ?? 1)
  }

  getConfig(): Config {
    return {
      name: this.name,
      learning_rate: this.learningRate,
      weight_decay: this.weightDecay,
      clipnorm: this.#clipping.clipnorm ?? null,
      global_clipnorm: this.#clipping.globalClipnorm ?? null,
      clipvalue: this.#clipping.clipvalue ?? null,
      use_ema: this.#averages !== null,
      ema_momentum: this.#ema.momentum,
      ema_overwrite_frequency: this.#ema.frequency,
      loss_scale_factor: this.lossScaleFactor,
      gradient_accumulation_steps: this.#accumulator?.steps ?? null,
    }
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

  /** A zero-filled (or otherwise filled) variable like each of `variables`, named after it. */
  protected makeSlots(variables: readonly Variable[], name: string): Variable[] {
    return variables.map((variable) => slotLike(variable, `${variable.name}_${name}`))
  }

  #step(gradients: readonly (Tensor | null)[], variables: readonly Variable[]): void {
    const scale = this.lossScaleFactor
    const unscaled =
      scale === null ? gradients : gradients.map((g) => (g === null ? null : mul(g, 1 / scale)))
    const ready = this.#accumulator === null ? unscaled : this.#accumulator.add(unscaled, this.#calls)
    if (ready !== null) {
      const clipped = clipGradients(ready, this.#clipping)
      clipped.forEach((gradient, i) => {
        if (gradient !== null) this.#change(variables[i]!, gradient, i)
      })
    }
    this.#averages?.update(variables, this.#calls)
  }

  #change(variable: Variable, gradient: Tensor, index: number): void {
    const { learningRate } = this
    const decay = this.#excluded.has(variable) ? 0 : (this.weightDecay ?? 0) * learningRate
    if (this.updateFused(gradient, variable, index, learningRate, decay)) return
    if (decay !== 0) variable.assign(sub(variable, mul(variable, decay)))
    this.update(gradient, variable, index, learningRate)
  }

  #assertSameVariables(variables: readonly Variable[]): void {
    const known = this.#variables
    if (variables.length === known.length && variables.every((variable, i) => variable === known[i])) return
    throw new ArgumentError('the variables are not those that the optimizer was built for', {
      op: this.className,
      received: {
        variables: variables.map((variable) => variable.name),
        built: known.map((variable) => variable.name),
      },
      hint: 'make a new optimizer for other variables',
    })
  }

  #assertUsable(method: string): void {
    if (!this.#disposed) return
    throw new DisposedError('the optimizer was used after dispose', { op: `${this.className}.${method}` })
  }
}

function nullable<T>(value: T | null | undefined, check: (value: T) => T): T | null {
  return value === null || value === undefined ? null : check(value)
}

function checkClipping(op: string, options: ClippingOptions): void {
  const given = Object.entries(options).filter(([, value]) => value !== null)
  for (const [name, value] of given) checkNonNegative(op, name, value)
  if (given.length <= 1) return
  throw new ArgumentError('more than one kind of clipping is set', {
    op,
    received: Object.fromEntries(given),
    expected: 'at most one of clipnorm, clipvalue and globalClipnorm',
  })
}
