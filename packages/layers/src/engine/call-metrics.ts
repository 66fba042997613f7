import { keep, stopGradient, type Tensor } from '@tapegrad/core'

/** A value that a layer reported in a call, under a name. */
export interface CallMetric {
  readonly name: string
  readonly value: Tensor
}

/** What a layer reported in the latest outermost `apply`. The values outlive it: they are read when gradients are done. */
export class CallMetrics {
  #list: CallMetric[] = []

  get list(): readonly CallMetric[] {
    return this.#list
  }

  add(name: string, value: Tensor): void {
    this.#list.push({ name, value: keep(stopGradient(value)) })
  }

  drop(): void {
    for (const { value } of this.#list) value.dispose()
    this.#list = []
  }
}
