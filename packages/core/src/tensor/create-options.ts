import type { Backend } from '../backend/backend.ts'
import { checkBackend, getBackend } from '../backend/current.ts'
import { DTypeError } from '../errors/index.ts'
import { type DType, dtypes, isDType } from './dtype.ts'

/** Where and as what a tensor is created. */
export interface CreateOptions<D extends DType = DType> {
  /** Default: float32, unless the function says otherwise. */
  readonly dtype?: D
  /** Default: the current backend. */
  readonly backend?: Backend
}

/** The names of the options that every creation function takes. */
export const createOptionNames: readonly string[] = ['dtype', 'backend']

/** The backend that the options name, else the current one. */
export function backendOf(op: string, { backend }: CreateOptions): Backend {
  if (backend === undefined) return getBackend()
  checkBackend(op, backend)
  return backend
}

/** Checks a dtype that a user passed. */
export function checkDType(op: string, dtype: unknown): DType {
  if (isDType(dtype)) return dtype
  throw new DTypeError('unknown dtype', { op, received: { dtype }, expected: `one of ${dtypes.join(', ')}` })
}
