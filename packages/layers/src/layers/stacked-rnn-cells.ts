import { ArgumentError, type Config, type Tensor, zeros } from '@tapegrad/core'
import type { CallOptions } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { serializeObject } from '../saving/serializable.ts'
import { checkCell, readCell } from './cell-config.ts'
import { type CellStep, RNNCell, stateSizes, stepShapes } from './rnn-cell.ts'

export interface StackedRNNCellsOptions extends LayerOptions {
  /** The cells, of which each takes the output of the one before; at least one. */
  readonly cells: readonly RNNCell[]
}

/**
 * Several cells as one: each takes the output of the one before.
 *
 * Inputs [x, …states], the states of the first cell first; outputs the last cell's output and all states after.
 * Weights: the cells'.
 *
 * @throws {@link ArgumentError} for a list that is empty or holds something that is not a cell.
 * @see https://keras.io/api/layers/recurrent_layers/stacked_rnn_cell/
 * @example
 * ```ts
 * const cell = new StackedRNNCells({ cells: [new LSTMCell({ units: 4 }), new LSTMCell({ units: 2 })] })
 * new RNN({ cell }).apply(ones([2, 5, 3])).shape // [2, 2]
 * ```
 */
export class StackedRNNCells extends RNNCell {
  static override readonly className: string = 'StackedRNNCells'
  readonly cells: readonly RNNCell[]

  constructor(options: StackedRNNCellsOptions) {
    super(options, ['cells'])
    const { cells } = options
    if (!Array.isArray(cells) || cells.length === 0) {
      throw new ArgumentError('there are no cells', {
        op: 'StackedRNNCells',
        received: { cells },
        expected: 'a list of at least one cell',
      })
    }
    this.cells = (cells as readonly RNNCell[]).map((cell) => checkCell('StackedRNNCells', cell))
    if (!this.trainable) for (const cell of this.cells) cell.trainable = false
  }

  static fromConfig(config: Config): StackedRNNCells {
    const read = new ConfigReader('StackedRNNCells', config)
    const options = readLayerOptions(read)
    const list = read.json('cells')
    if (!Array.isArray(list)) throw read.error('the cells are not a list', 'cells')
    read.done()
    const cells: RNNCell[] = []
    try {
      for (const json of list) cells.push(readCell('StackedRNNCells', json))
      return new StackedRNNCells({ ...options, cells })
    } catch (error) {
      for (const cell of cells) cell.dispose()
      throw error
    }
  }

  override get stateSize(): readonly number[] {
    return this.cells.flatMap(stateSizes)
  }

  override get outputSize(): number {
    return this.cells.at(-1)!.outputSize
  }

  override get outputState(): number | null {
    const last = this.cells.at(-1)!
    if (last.outputState === null) return null
    return this.stateSize.length - stateSizes(last).length + last.outputState
  }

  override getInitialState(batch: number): readonly Tensor[] {
    return this.cells.flatMap((cell) => cell.getInitialState(batch))
  }

  override build([x]: readonly SymbolicShape[]): void {
    let shape = x!
    for (const cell of this.cells) {
      cell.build(stepShapes(cell, shape))
      shape = [shape[0] ?? null, cell.outputSize]
    }
  }

  override call(
    [x, ...states]: readonly Tensor[],
    { training }: CallOptions<readonly Tensor[]>,
  ): readonly Tensor[] {
    return this.beginSequence(x!, training)(x!, states)
  }

  override beginSequence(x: Tensor, training: boolean): CellStep {
    const { dtype } = this
    const steps = this.cells.map((cell, i) => {
      const size = i === 0 ? null : this.cells[i - 1]!.outputSize
      const like = size === null ? x : zeros([x.shape[0]!, size], { dtype, backend: x.storage.backend })
      return cell.beginSequence(like, training)
    })
    const counts = this.cells.map((cell) => stateSizes(cell).length)
    return (input, states) => {
      let output = input
      let from = 0
      const after: Tensor[] = []
      steps.forEach((step, i) => {
        const [next, ...its] = step(output, states.slice(from, from + counts[i]!))
        output = next!
        from += counts[i]!
        after.push(...its)
      })
      return [output, ...after]
    }
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      cells: this.cells.map((cell) => serializeObject('keras.layers', cell)),
    }
  }
}
