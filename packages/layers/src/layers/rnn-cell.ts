import { ArgumentError, ShapeError, type Tensor, zeros } from '@tapegrad/core'
import { Layer } from '../engine/layer.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'

/** One step of a cell: from its input and the states before to the output, followed by the states after. */
export type CellStep = (x: Tensor, states: readonly Tensor[]) => readonly Tensor[]

/**
 * The base of recurrent cells: what `RNN` runs along the steps of a sequence.
 *
 * [output, …statesAfter] = call([x, …statesBefore]), with x [batch, features] and each state [batch, size]. Sub-classes
 * say the sizes of their states in `stateSize`, override `call`, and `build` where they have weights.
 *
 * @see https://keras.io/api/layers/recurrent_layers/rnn/
 * @example
 * ```ts
 * class Decay extends RNNCell {
 *   static override readonly className: string = 'Decay'
 *   readonly stateSize = 3
 *   override call([x, before]: readonly Tensor[]): readonly Tensor[] {
 *     const after = add(mul(before!, 0.5), x!)
 *     return [after, after]
 *   }
 * }
 * new RNN({ cell: new Decay() }).apply(ones([2, 5, 3])).shape // [2, 3]
 * ```
 */
export abstract class RNNCell extends Layer<readonly Tensor[], readonly Tensor[]> {
  static override readonly className: string = 'RNNCell'

  /** The size of the state, or those of several states. */
  abstract get stateSize(): number | readonly number[]

  /** The size of the output. Default: that of the first state. */
  get outputSize(): number {
    return stateSizes(this)[0]!
  }

  /** Which of the states the output is, as steps that are masked from the start repeat it; null where it is none. Default: null. */
  get outputState(): number | null {
    return null
  }

  /** The states before the first step, each [batch, size]. Default: zeros. */
  getInitialState(batch: number): readonly Tensor[] {
    const options = { dtype: this.dtype, backend: this.homeBackend() }
    return stateSizes(this).map((size) => zeros([batch, size], options))
  }

  /**
   * The function of all steps of one sequence: random choices that it makes hold for all of them. By default each
   * step applies the cell.
   *
   * @param x The input of the first step.
   */
  beginSequence(_x: Tensor, training: boolean): CellStep {
    return (x, states) => {
      const inputs = [x, ...states]
      return this.apply(inputs, { training, mask: inputs.map(() => null) })
    }
  }

  override computeOutputShape([x]: readonly SymbolicShape[]): readonly SymbolicShape[] {
    const batch = x?.[0] ?? null
    return [this.outputSize, ...stateSizes(this)].map((size) => [batch, size])
  }
}

/** The sizes of a cell's states. */
export function stateSizes(cell: RNNCell): readonly number[] {
  const { stateSize } = cell
  const sizes: readonly unknown[] = typeof stateSize === 'number' ? [stateSize] : stateSize
  if (Array.isArray(sizes) && sizes.length > 0 && sizes.every((size) => Number.isSafeInteger(size))) {
    return sizes as readonly number[]
  }
  throw new ArgumentError('stateSize is neither a size nor a list of sizes', {
    op: cell.className,
    received: { stateSize },
  })
}

/** The shapes of what a cell takes at one step of a sequence. */
export function stepShapes(cell: RNNCell, x: SymbolicShape): readonly SymbolicShape[] {
  return [x, ...stateSizes(cell).map((size) => [x[0] ?? null, size])]
}

/** Throws where the states before the first step are not those of a cell; one state may stand without a list. */
export function checkInitialState<T extends { readonly shape: SymbolicShape }>(
  op: string,
  given: T | readonly T[],
  sizes: readonly number[],
  batch: number | null,
): readonly T[] {
  const states = (Array.isArray(given) ? given : [given]) as readonly T[]
  if (states.length !== sizes.length || !states.every((state) => Array.isArray(state?.shape))) {
    throw new ArgumentError('initialState is not a list of the states of the cell', {
      op,
      received: { initialState: given },
      expected: sizes.length === 1 ? 'one tensor' : `${sizes.length} tensors`,
    })
  }
  states.forEach(({ shape }, i) => {
    const [rows = null, columns = null, ...more] = shape
    const fits =
      shape.length === 2 && more.length === 0 && (rows === batch || rows === null || batch === null)
    if (fits && columns === sizes[i]) return
    throw new ShapeError(`initialState[${i}] has another shape than the state of the cell`, {
      op,
      received: { [`initialState[${i}]`]: shape },
      expected: `[${batch ?? 'batch'}, ${sizes[i]}]`,
    })
  })
  return states
}
