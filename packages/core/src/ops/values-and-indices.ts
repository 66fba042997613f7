import type { DType } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** Elements of a tensor, and their positions along the axis. */
export interface ValuesAndIndices<D extends DType = DType> {
  readonly values: Tensor<D>
  readonly indices: Tensor<'int32'>
}
