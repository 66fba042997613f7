import { TapegradError } from './tapegrad-error.ts'

export { describe, type ErrorDetails, TapegradError } from './tapegrad-error.ts'

/** Shapes that do not go together, or a shape that an operation cannot take. */
export class ShapeError extends TapegradError {
  override readonly name: string = 'ShapeError'
  override readonly code: string = 'SHAPE'
}

/** A data type that an operation does not take. */
export class DTypeError extends TapegradError {
  override readonly name: string = 'DTypeError'
  override readonly code: string = 'DTYPE'
}

/** An option or argument of the wrong kind or out of its range. */
export class ArgumentError extends TapegradError {
  override readonly name: string = 'ArgumentError'
  override readonly code: string = 'ARGUMENT'
}

/** An index that lies outside the axis it selects from. */
export class IndexError extends TapegradError {
  override readonly name: string = 'IndexError'
  override readonly code: string = 'INDEX'
}

/** A tensor, tape or backend that was used after it was disposed. */
export class DisposedError extends TapegradError {
  override readonly name: string = 'DisposedError'
  override readonly code: string = 'DISPOSED'
}

/** Tensors of different backends in one operation; nothing is moved silently. */
export class BackendMismatchError extends TapegradError {
  override readonly name: string = 'BackendMismatchError'
  override readonly code: string = 'BACKEND_MISMATCH'
}

/** Something that this backend, environment or version does not do. */
export class UnsupportedError extends TapegradError {
  override readonly name: string = 'UnsupportedError'
  override readonly code: string = 'UNSUPPORTED'
}

/** A file or configuration that cannot be read, or an object that cannot be written. */
export class SerializationError extends TapegradError {
  override readonly name: string = 'SerializationError'
  override readonly code: string = 'SERIALIZATION'
}

/** The backend has no memory left for a storage; everything allocated before is untouched. */
export class OutOfMemoryError extends TapegradError {
  override readonly name: string = 'OutOfMemoryError'
  override readonly code: string = 'OUT_OF_MEMORY'
}

/** The device behind a backend is gone; its tensors cannot be read any more. */
export class BackendLostError extends TapegradError {
  override readonly name: string = 'BackendLostError'
  override readonly code: string = 'BACKEND_LOST'
}
