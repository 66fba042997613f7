import { checkFlag } from '../errors/flag.ts'
import { ArgumentError, DisposedError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { closeScope, openScope } from '../memory/scope.ts'
import { full } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { forEachVariable } from '../tensor/variable.ts'
import { backward } from './backward.ts'
import { checkFloat, ownGradients } from './grad.ts'
import { checkInput } from './inputs.ts'
import { endWhenCollected, isTrainable, Recording } from './recording.ts'
import { fillStructure, flattenStructure, type GradientOf, type Structure } from './structure.ts'

export interface GradientTapeOptions {
  /** Whether `gradient` can be called more than once. Default: false. */
  readonly persistent?: boolean
  /** Whether trainable variables are watched without being named. Default: true. */
  readonly watchVariables?: boolean
}

/**
 * Records what is computed while it is open, for gradients afterwards.
 *
 * Trainable variables are watched by themselves, other tensors by {@link GradientTape.watch}. Dispose the tape, or
 * declare it with `using`: until then it keeps what it recorded. {@link valueAndGrad} needs no such care.
 *
 * @see https://www.tensorflow.org/api_docs/python/tf/GradientTape
 * @example
 * ```ts
 * const w = variable([1, 2])
 * using tape = new GradientTape()
 * const loss = sum(square(w))
 * const g = tape.gradient(loss, w) // [2, 4]
 * ```
 */
export class GradientTape {
  readonly #recording: Recording
  readonly #persistent: boolean
  #state: 'recording' | 'used' | 'disposed' = 'recording'

  constructor(options: GradientTapeOptions = {}) {
    checkOptionNames('GradientTape', options, ['persistent', 'watchVariables'])
    const persistent = checkFlag('GradientTape', 'persistent', options.persistent)
    const watchVariables = checkFlag('GradientTape', 'watchVariables', options.watchVariables, true)
    const recording = new Recording()
    this.#recording = recording
    this.#persistent = persistent
    endWhenCollected(this, () => recording.close())
    if (!watchVariables) return
    forEachVariable((variable) => {
      if (isTrainable(variable) && !variable.disposed) recording.watch(variable)
    })
    recording.watchNewVariables()
  }

  /**
   * Records what is computed from `x` from now on.
   *
   * @throws {@link DTypeError} for tensors that are not floats.
   */
  watch(x: Structure): void {
    this.#assertRecording('watch')
    for (const tensor of flattenStructure('GradientTape.watch', x, 'x')) {
      checkFloat('GradientTape.watch', 'x', tensor)
      this.#recording.watch(tensor)
    }
  }

  /**
   * The gradient of the sum of `target` with respect to `sources`, in their structure.
   *
   * Sources on which the target does not depend get zeros. Without `persistent` this ends the tape.
   *
   * @throws {@link ArgumentError} for a source that was not watched, {@link DisposedError} for a second call.
   */
  gradient<const T extends Structure>(target: Tensor, sources: T): GradientOf<T> {
    checkInput('GradientTape.gradient', 'target', target)
    checkFloat('GradientTape.gradient', 'target', target)
    this.#assertRecording('gradient')
    const inputs = flattenStructure('GradientTape.gradient', sources, 'sources')
    const leaves = inputs.map((input) => {
      const leaf = this.#recording.leafOf(input)
      if (leaf !== undefined) return leaf
      throw new ArgumentError('a source was not watched', {
        op: 'GradientTape.gradient',
        received: { source: input },
        hint: 'call tape.watch(x) before computing with it; variables are watched when they are trainable',
      })
    })
    const outer = openScope()
    let flat: Tensor[] = []
    this.#recording.pause()
    try {
      const seed = full(target.shape, 1, { dtype: target.dtype, backend: target.storage.backend })
      const gradients = backward(this.#recording, [{ y: target, seed }], leaves, this.#persistent)
      flat = ownGradients(gradients, inputs)
      return fillStructure(sources, flat) as GradientOf<T>
    } finally {
      closeScope(outer, flat)
      if (this.#persistent) this.#recording.resume()
      else this.#end('used')
    }
  }

  /** Ends the recording and frees what it kept. */
  dispose(): void {
    if (this.#state === 'recording') this.#end('disposed')
    else this.#state = 'disposed'
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  #end(state: 'used' | 'disposed'): void {
    this.#state = state
    this.#recording.close()
  }

  #assertRecording(method: string): void {
    if (this.#state === 'recording') return
    throw new DisposedError(
      this.#state === 'used' ? 'the tape was already used for a gradient and freed' : 'the tape was disposed',
      {
        op: `GradientTape.${method}`,
        hint: 'compute all gradients in one call, or make the tape with { persistent: true }',
      },
    )
  }
}
