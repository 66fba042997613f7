import { ArgumentError } from '@tapegrad/core'
import { toSnakeCase } from '../engine/naming.ts'
import { checkNumber, checkOneOf } from '../saving/option-values.ts'
import { Callback, type CallbackState, type Logs } from './callback.ts'
import { StateReader, savedNumber } from './state-reader.ts'

/** The options of callbacks that watch a loss or metric. */
export interface MonitorOptions {
  /** The name in the logs of what is watched. Default: 'val_loss'. */
  readonly monitor?: string
  /** Whether less is better ('min') or more ('max'). Default: 'auto', by the name of the metric. */
  readonly mode?: 'auto' | 'min' | 'max'
}

/** What callbacks have in common that watch whether a loss or metric improves. */
export abstract class MonitorCallback extends Callback {
  readonly monitor: string
  readonly mode: 'auto' | 'min' | 'max'
  readonly minDelta: number
  /** The best value so far; null before the first. */
  best: number | null
  readonly #op: string
  #isLessBetter: boolean | null = null
  #warned = false

  constructor(op: string, options: MonitorOptions, minDelta = 0, best: number | null = null) {
    super()
    const { monitor = 'val_loss', mode = 'auto' } = options
    if (typeof monitor !== 'string' || monitor === '') {
      throw new ArgumentError('monitor is not a name', { op, received: { monitor }, expected: "'val_loss'" })
    }
    this.#op = op
    this.monitor = monitor
    this.mode = checkOneOf(op, 'mode', mode, ['auto', 'min', 'max'])
    this.minDelta = Math.abs(checkNumber(op, 'minDelta', minDelta, 'finite'))
    this.best = best === null ? null : checkNumber(op, 'baseline', best, 'finite')
  }

  override getState(): CallbackState {
    return { values: { best: savedNumber(this.best) } }
  }

  override setState(state: CallbackState): void {
    this.best = new StateReader(this.#op, state).numberOrNull('best')
  }

  /** What is watched; null, with a warning, where the logs do not have it. */
  protected currentValue(logs: Logs): number | null {
    if (Object.hasOwn(logs, this.monitor)) return logs[this.monitor]!
    if (!this.#warned) {
      console.warn(
        `${this.#op}: the logs have no ${this.monitor}; they have ${Object.keys(logs).join(', ')}.`,
      )
    }
    this.#warned = true
    return null
  }

  /** Whether a value is better, by more than `minDelta`, than another one or none. What is not a number never is. */
  protected improves(value: number, reference: number | null): boolean {
    this.#isLessBetter ??= this.mode === 'auto' ? this.#findDirection() : this.mode === 'min'
    if (Number.isNaN(value)) return false
    if (reference === null) return true
    return this.#isLessBetter ? value + this.minDelta < reference : value - this.minDelta > reference
  }

  #findDirection(): boolean {
    const name = this.monitor.replace(/^val_/, '')
    const metric = this.model.metrics.find((each) => each.name === name)
    const { className } = (metric?.constructor ?? {}) as { readonly className?: string }
    for (const each of className === undefined ? [name] : [toSnakeCase(className), name]) {
      if (better.less.test(each)) return true
      if (better.more.test(each)) return false
    }
    throw new ArgumentError('nothing says whether less of the metric is better, or more', {
      op: this.#op,
      received: { monitor: this.monitor },
      hint: "say mode: 'min' or mode: 'max'",
    })
  }
}

const better = {
  less: /loss|error|crossentropy|hinge|divergence|poisson|log_cosh|logcosh|false_|^(?:ce|mse|mae|mape|msle|kld)$/,
  more: /acc|auc|precision|recall|sensitivity|specificity|iou|io_u|score|similarity|correlation|true_/,
} as const
