import { ArgumentError, add, type Backend, keep, mul, stopGradient, type Tensor } from '@tapegrad/core'
import type { Tensors } from '../engine/symbolic-tensor.ts'
import {
  type CompileOptions,
  forOutputs,
  isPerOutput,
  type LossOption,
  type PerOutput,
} from './compile-options.ts'
import type { LossLike, Predictions } from './contracts.ts'
import { LossTracker } from './loss-tracker.ts'
import { type Output, pairOutputs, weightingOf } from './outputs.ts'
import { resolveLoss } from './resolve.ts'
import type { RunningLoss } from './running-state.ts'

/** The loss of an output, what it counts, and its mean over the batches so far. */
interface OutputLoss {
  readonly loss: LossLike | null
  readonly weight: number
  readonly tracker: LossTracker
  /** What the logs call it. */
  readonly logName: string
}

/** The losses that `compile` was given for the outputs. */
export class OutputLosses {
  /** The loss where there is one for all outputs. */
  readonly single: LossLike | null
  readonly #perOutput: PerOutput<LossLike | null> | null
  readonly #weights: CompileOptions['lossWeights']
  #outputs: readonly OutputLoss[] = []
  /** The losses of the step that runs; they count when it is done. */
  #parts: readonly (Tensor | null)[] = []
  /** Sets the means of another run, with the next batch: before the first, nobody knows the outputs. */
  #restore: (() => void) | null = null

  constructor(op: string, { loss = null, lossWeights }: CompileOptions) {
    const several = isPerOutput<LossOption | null>(loss)
    this.single = several ? null : resolveLoss(op, loss as LossOption | null)
    this.#perOutput = several ? resolveAll(op, loss) : null
    this.#weights = lossWeights
  }

  get isPerOutput(): boolean {
    return this.#perOutput !== null || isPerOutput(this.#weights)
  }

  /** Whether an output has a loss. */
  has(output: number): boolean {
    return (this.#outputs[output]?.loss ?? null) !== null
  }

  /** The losses of the outputs, weighted; those that training adds up. */
  terms(op: string, predictions: Predictions<Tensors, Tensors>, names: readonly string[]): readonly Tensor[] {
    const count = Array.isArray(predictions.yPred) ? predictions.yPred.length : 1
    if (this.#outputs.length !== count) this.#outputs = this.#resolve(names, count)
    const losses = this.#outputs
    if (losses.every(({ loss }) => loss === null)) return []
    const outputs = pairOutputs(op, predictions, (i) => this.has(i))
    this.drop()
    const values = outputs.map((output, i) => lossOf(op, losses[i]!.loss, output))
    if (losses.filter(({ loss }) => loss !== null).length > 1) {
      this.#parts = values.map((value) => value && keep(stopGradient(value)))
    }
    return values.flatMap((value, i) => {
      if (value === null) return []
      const { weight } = losses[i]!
      return [weight === 1 ? value : mul(value, weight)]
    })
  }

  /** Lets the losses of the step count. */
  update(batchSize: number): void {
    this.#restore?.()
    this.#restore = null
    this.#parts.forEach((part, i) => {
      if (part !== null) this.#outputs[i]!.tracker.update(part, batchSize)
    })
    this.drop()
  }

  /** Forgets the losses of a step. */
  drop(): void {
    for (const part of this.#parts) part?.dispose()
    this.#parts = []
  }

  /** The means of several outputs' losses by the names that logs give them; none for one output. */
  async results(): Promise<readonly (readonly [string, number])[]> {
    const tracked = this.#outputs.filter(({ tracker }) => tracker.hasValue)
    return Promise.all(
      tracked.map(async ({ logName, tracker }) => [logName, await tracker.result()] as const),
    )
  }

  /** What the means are computed from. */
  states(): Promise<readonly RunningLoss[]> {
    return Promise.all(this.#outputs.map(({ tracker }) => tracker.state()))
  }

  restore(states: readonly RunningLoss[], backend: Backend): void {
    this.#restore = () => {
      states.forEach((each, i) => {
        this.#outputs[i]?.tracker.restore(each, backend)
      })
    }
  }

  reset(): void {
    this.#restore = null
    this.#clear()
  }

  #clear(): void {
    this.drop()
    for (const { tracker } of this.#outputs) tracker.reset()
  }

  #resolve(names: readonly string[], count: number): readonly OutputLoss[] {
    this.#clear()
    const each = this.#perOutput
    const losses =
      each === null
        ? Array.from({ length: count }, () => this.single)
        : forOutputs('loss', each, names, count)
    const given = this.#weights ?? 1
    const weights =
      typeof given === 'number'
        ? Array.from({ length: count }, () => given)
        : forOutputs('lossWeights', given, names, count)
    const taken = new Set(['loss'])
    return losses.map((loss = null, i) => {
      const base = `${names[i] ?? loss?.name ?? 'output'}_loss`
      let logName = base
      for (let n = 1; taken.has(logName); n++) logName = `${base}_${n}`
      taken.add(logName)
      return { loss, weight: weights[i] ?? 1, tracker: new LossTracker(), logName }
    })
  }
}

/** The sum of losses and penalties. */
export function sumOf(op: string, terms: readonly Tensor[]): Tensor {
  const [first, ...others] = terms
  if (first === undefined) {
    throw new ArgumentError('there is no loss to compute', {
      op,
      hint: 'name a loss in compile(), or give the model penalties with addLoss() or regularizers',
    })
  }
  return others.reduce((sum, term) => add(sum, term), first)
}

function lossOf(op: string, loss: LossLike | null, { y, yPred, sampleWeight }: Output): Tensor | null {
  if (loss === null) return null
  if (y === null) {
    throw new ArgumentError('y is missing, and the loss needs it', {
      op,
      received: { loss: loss.name },
      hint: 'pass the targets as the second argument',
    })
  }
  return loss.apply(y, yPred, weightingOf(yPred, sampleWeight))
}

function resolveAll(op: string, losses: PerOutput<LossOption | null>): PerOutput<LossLike | null> {
  if (Array.isArray(losses)) return losses.map((loss: LossOption | null) => resolveLoss(op, loss))
  return Object.fromEntries(
    Object.entries(losses as Readonly<Record<string, LossOption | null>>).map(([name, loss]) => [
      name,
      resolveLoss(op, loss),
    ]),
  )
}
