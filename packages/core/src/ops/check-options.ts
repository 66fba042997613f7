import { ArgumentError } from '../errors/index.ts'

/** Throws where something else than an options object was passed: `concat(tensors, 1)` must not join along axis 0. */
export function checkOptions(op: string, options: unknown): void {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return
  throw new ArgumentError('the options are not an object', {
    op,
    received: { options },
    expected: 'an object such as { axis: 0 }',
  })
}
