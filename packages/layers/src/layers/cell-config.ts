import { ArgumentError, type Json } from '@tapegrad/core'
import { RNNCell } from './rnn-cell.ts'
import { readLayer } from './wrapped-layer.ts'

/** Throws where something is not a cell. */
export function checkCell(op: string, cell: unknown): RNNCell {
  if (cell instanceof RNNCell) return cell
  throw new ArgumentError('this is not a recurrent cell', {
    op,
    received: { cell },
    expected: 'an RNNCell, such as new LSTMCell({ units: 32 })',
  })
}

/** The cell that a file describes. */
export function readCell(op: string, json: Json): RNNCell {
  return readLayer(json, (cell) => checkCell(op, cell))
}
