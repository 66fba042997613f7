import { Callback, type CallbackState, type Logs } from './callback.ts'
import { StateReader, savedNumber } from './state-reader.ts'

/**
 * Records the losses and metrics of every epoch; `fit` returns it.
 *
 * @see https://keras.io/api/callbacks/
 * @example
 * ```ts
 * const { history } = await model.fit(x, y, { epochs: 5 })
 * history.loss // five numbers
 * ```
 */
export class History extends Callback {
  /** The numbers of the epochs that were run. */
  readonly epoch: number[] = []
  /** One number for each epoch, by the name of the loss or metric. */
  readonly history: { loss: number[] } & Record<string, number[]> = { loss: [] }

  override onEpochEnd(epoch: number, logs: Logs): void {
    this.epoch.push(epoch)
    for (const [name, value] of Object.entries(logs)) this.#add(name, value)
  }

  override getState(): CallbackState {
    const logs = Object.entries(this.history).map(
      ([name, values]) => [name, values.map(savedNumber)] as const,
    )
    return { values: { epoch: [...this.epoch], logs } }
  }

  override setState(state: CallbackState): void {
    const read = new StateReader('History', state)
    this.epoch.splice(0, Number.POSITIVE_INFINITY, ...read.numbers('epoch'))
    for (const [name, values] of read.namedNumbers('logs')) {
      if (Object.hasOwn(this.history, name)) this.history[name]!.splice(0)
      for (const value of values) this.#add(name, value)
    }
  }

  #add(name: string, value: number): void {
    if (!Object.hasOwn(this.history, name)) {
      // Defined, not assigned: a metric may be called __proto__.
      const values: number[] = []
      Object.defineProperty(this.history, name, { value: values, enumerable: true, writable: true })
    }
    this.history[name]!.push(value)
  }
}
