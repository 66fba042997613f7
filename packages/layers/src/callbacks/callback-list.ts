import { TapegradError } from '@tapegrad/core'
import type { AnyModel } from '../models/model.ts'
import type { Callback, CallbackParams } from './callback.ts'

type Hook = Extract<keyof Callback, `on${string}`>

/** Calls the hooks of several callbacks in turn. */
export class CallbackList {
  readonly #callbacks: readonly Callback[]

  constructor(callbacks: readonly Callback[]) {
    this.#callbacks = [...callbacks].sort((a, b) => Number(a.runsLast) - Number(b.runsLast))
  }

  begin(model: AnyModel, params: CallbackParams): void {
    for (const callback of this.#callbacks) {
      callback.setModel(model)
      callback.setParams({ ...params, callbacks: this.#callbacks })
    }
  }

  /** Tells the callbacks of a run that fails. Errors of theirs would hide why it did. */
  async guard<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run()
    } catch (error) {
      for (const callback of this.#callbacks) {
        try {
          await callback.onRunError(error)
        } catch {}
      }
      throw error
    }
  }

  async call<H extends Hook>(hook: H, ...args: Parameters<Callback[H]>): Promise<void> {
    for (const callback of this.#callbacks) {
      try {
        const run = callback[hook] as (...given: Parameters<Callback[H]>) => void | Promise<void>
        const pending = run.apply(callback, args)
        // Promises of other realms and libraries are no instances of this one's Promise.
        if (pending !== undefined) await pending
      } catch (error) {
        if (error instanceof TapegradError) error.addPath(`callback ${callback.constructor.name}`)
        throw error
      }
    }
  }
}
