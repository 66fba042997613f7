import type { Tensor } from '@tapegrad/core'
import type { OracleArray } from '../oracle/array.ts'

/** A tensor as the oracle knows arrays. */
export async function readArray(x: Tensor): Promise<OracleArray> {
  return { shape: x.shape, dtype: x.dtype, values: [...(await x.data())] }
}
