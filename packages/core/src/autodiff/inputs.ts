import { ArgumentError, BackendMismatchError } from '../errors/index.ts'
import { Tensor } from '../tensor/tensor.ts'

/** Throws a typed error where an argument is not a usable tensor (or number). */
export function checkInput(op: string, name: string, x: unknown, takesNumbers = false): asserts x is Tensor {
  if (x instanceof Tensor) {
    x.assertUsable(op, name)
    return
  }
  if (takesNumbers && typeof x === 'number') return
  throw new ArgumentError(`${name} is not a tensor`, {
    op,
    received: { [name]: x },
    expected: takesNumbers ? 'a tensor or a number' : 'a tensor',
    hint: isSymbolic(x)
      ? 'a symbolic tensor has no values: use a layer, such as Lambda'
      : 'make one with tensor(…)',
  })
}

/** Whether it is what models are wired with: some of its sizes are not known. */
function isSymbolic(x: unknown): boolean {
  if (typeof x !== 'object' || x === null || !('shape' in x)) return false
  return Array.isArray(x.shape) && x.shape.includes(null)
}

/** Throws where tensors live on different backends; nothing is moved silently. */
export function checkSameBackend(op: string, a: Tensor, b: Tensor): void {
  if (a.storage.backend === b.storage.backend) return
  throw new BackendMismatchError('the tensors live on different backends', {
    op,
    received: { a: a.storage.backend.name, b: b.storage.backend.name },
    hint: 'await a.to(backend) first',
  })
}
