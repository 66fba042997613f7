import { checkInput } from '../autodiff/inputs.ts'
import { allocateHost } from '../tensor/host-data.ts'
import { fromData, type Tensor } from '../tensor/tensor.ts'

/**
 * The multi-indices of the elements that are not 0, one in each row, in row-major order. Asynchronous: it reads the
 * values.
 *
 * NaN is not 0. The rows are what {@link gatherND} takes. Of a variable, the value at the time of the call is read.
 *
 * @param x A tensor of any dtype and rank.
 * @returns An int32 tensor of shape `[n, x.rank]` for n such elements, on x's backend. No gradient flows.
 * @throws {@link ArgumentError} for what is no tensor, {@link DisposedError} for a disposed one; as a rejection.
 * @see https://pytorch.org/docs/stable/generated/torch.nonzero.html
 * @example
 * ```ts
 * await nonzero(tensor([[0, 7], [8, 0]])) // [[0, 1], [1, 0]]
 * ```
 */
export async function nonzero(x: Tensor): Promise<Tensor<'int32'>> {
  checkInput('nonzero', 'x', x)
  const { shape } = x
  const { backend } = x.storage
  const data = await x.data()
  let count = 0
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) count++
  const rank = shape.length
  const rows = allocateHost('nonzero', backend, 'int32', count * rank)
  let end = 0
  for (let i = 0; i < data.length; i++) {
    if (data[i] === 0) continue
    let rest = i
    for (let axis = rank - 1; axis >= 0; axis--) {
      rows[end + axis] = rest % shape[axis]!
      rest = Math.floor(rest / shape[axis]!)
    }
    end += rank
  }
  return fromData(backend, 'int32', [count, rank], rows)
}
