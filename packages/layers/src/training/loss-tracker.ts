import { add, type Backend, keep, mul, type Tensor, tidy } from '@tapegrad/core'
import { makeValue, type RunningLoss, readValue } from './running-state.ts'

/** The mean of the losses of an epoch's batches, weighted by their sizes; it stays on the device until it is read. */
export class LossTracker {
  #total: Tensor | null = null
  #weight = 0

  /** Whether there was a batch. */
  get hasValue(): boolean {
    return this.#total !== null
  }

  update(loss: Tensor, weight: number): void {
    const before = this.#total
    this.#total = tidy(() => {
      const weighted = mul(loss, weight)
      return keep(before === null ? weighted : add(before, weighted))
    })
    before?.dispose()
    this.#weight += weight
  }

  /** @returns 0 where there was no batch. */
  async result(): Promise<number> {
    if (this.#total === null) return 0
    const weight = this.#weight
    const data = await this.#total.data()
    return data[0]! / weight
  }

  async state(): Promise<RunningLoss> {
    return { total: this.#total === null ? null : await readValue(this.#total), weight: this.#weight }
  }

  restore({ total, weight }: RunningLoss, backend: Backend): void {
    this.reset()
    if (total !== null) this.#total = keep(makeValue(total, backend))
    this.#weight = weight
  }

  reset(): void {
    this.#total?.dispose()
    this.#total = null
    this.#weight = 0
  }
}
