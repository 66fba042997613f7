import type { Tensor } from '../tensor/tensor.ts'
import type { Variable } from '../tensor/variable.ts'

/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** An object's options as Keras writes them to files: snake_case keys, JSON values. */
export type Config = { readonly [key: string]: Json }

/**
 * What training needs of an optimizer; `@tapegrad/optimizers` has Keras's, and anything with these members works.
 */
export interface Optimizer {
  /** The name of the class in files, such as `Adam`. */
  readonly className: string
  /** The step size that the next step takes. */
  learningRate: number
  /** How many updates were made. */
  readonly iterations: number
  /** How many steps were taken, where some make no update: what `restore` takes. Default: `iterations`. */
  readonly stepCount?: number
  /** What training multiplies a loss by before it computes gradients; `apply` divides them by it. Default: 1. */
  readonly lossScaleFactor?: number | null
  /** Moving averages of the variables, in the order in which it was built, where it keeps them. */
  readonly movingAverages?: readonly Variable[]
  /** The state, in a fixed order: what a file must hold to go on with training. Made by `build` or the first step. */
  readonly variables: readonly Variable[]
  /** Makes the state for these variables. Called by the first step at the latest. */
  build(variables: readonly Variable[]): void
  /** Takes one step. A gradient may be null for a variable that the loss does not depend on. Constraints are applied afterwards. */
  apply(gradients: readonly (Tensor | null)[], variables: readonly Variable[]): void
  /** Computes a scalar loss, takes one step against its gradient, and returns the loss. */
  minimize(loss: () => Tensor, variables: readonly Variable[]): Tensor
  getConfig(): Config
  /** Sets the state that a file held: the step count and the values of `variables`, in their order. */
  restore(stepCount: number, values: readonly Tensor[]): void
  /** Exchanges the variables and their moving averages. */
  swapMovingAverages?(): void
  /** Gives the variables their final values, such as moving averages. `fit` calls it after the last epoch. */
  finalizeVariableValues?(): void
  dispose(): void
}

/** A class of optimizers, as `loadModel` takes it. */
export interface OptimizerClass {
  readonly className: string
  /** @param customObjects Classes of one's own that the configuration may name, such as schedules. */
  fromConfig(config: Config, customObjects?: Readonly<Record<string, unknown>>): Optimizer
}
