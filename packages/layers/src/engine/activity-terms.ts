import { DisposedError, type Tensor } from '@tapegrad/core'
import { anotherHandle } from './call-tensors.ts'

/** The penalties on outputs that a layer collected in the latest outermost `apply`. */
export class ActivityTerms {
  #terms: Tensor[] = []

  /** Adds a penalty under a handle of the layer's own, which is returned. */
  add(term: Tensor): Tensor {
    const own = anotherHandle(term)
    this.#terms.push(own)
    return own
  }

  /**
   * The penalties under new handles of the caller's.
   *
   * @throws {@link DisposedError} when the scope of the apply has ended.
   */
  current(op: string): readonly Tensor[] {
    return this.#terms.map((term) => {
      if (!term.disposed) return anotherHandle(term)
      throw new DisposedError('the penalties on outputs ended with the scope of the last apply', {
        op,
        hint: 'call apply() and read losses in the same valueAndGrad() or tidy()',
      })
    })
  }

  drop(): void {
    for (const term of this.#terms) term.dispose()
    this.#terms = []
  }
}
