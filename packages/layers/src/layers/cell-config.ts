import { ArgumentError, type Json } from '@tapegrad/core'
import { LayerBase } from '../engine/layer-base.ts'
import { deserializeObject, type SerializableClass } from '../saving/serializable.ts'
import { RNNCell } from './rnn-cell.ts'

/** Throws where something is not a cell. */
export function checkCell(op: string, cell: unknown): RNNCell {
  if (cell instanceof RNNCell) return cell
  throw new ArgumentError('this is not a recurrent cell', {
    op,
    received: { cell },
    expected: 'an RNNCell, such as new LSTMCell({ units: 32 })',
  })
}

/** The cell that a file describes: of a class that is registered, or that the file's loader knows. */
export function readCell(op: string, json: Json): RNNCell {
  const cell: unknown = deserializeObject('layer', json, noClasses)
  try {
    return checkCell(op, cell)
  } catch (error) {
    if (cell instanceof LayerBase) cell.dispose()
    throw error
  }
}

const noClasses: ReadonlyMap<string, SerializableClass> = /* @__PURE__ */ new Map<string, SerializableClass>()
