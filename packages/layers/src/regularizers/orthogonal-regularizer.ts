import {
  abs,
  type Config,
  checkOptionNames,
  eye,
  l2Normalize,
  matmul,
  mul,
  ShapeError,
  sub,
  sum,
  type Tensor,
  tidy,
  transpose,
} from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber, checkOneOf } from '../saving/option-values.ts'
import type { Serializable } from '../saving/serializable.ts'
import { checkFloat } from './regularizer.ts'

export interface OrthogonalRegularizerOptions {
  /** At least 0. Default: 0.01. */
  readonly factor?: number
  /** What should become orthogonal. Default: rows. */
  readonly mode?: 'rows' | 'columns'
}

/**
 * The penalty on the angles between the rows (or columns) of a matrix: factor times the mean of |cos| over all pairs.
 *
 * With rows (columns) rᵢ scaled to length 1, it is factor · Σ |rᵢ · rⱼ| over i < j, divided by the number of pairs; 0
 * where there is no pair.
 *
 * @throws {@link ArgumentError} for a negative factor or an unknown mode, {@link ShapeError} from `apply` for other shapes than a matrix's.
 * @see https://keras.io/api/layers/regularizers/#orthogonalregularizer-class
 * @example
 * ```ts
 * new regularizers.OrthogonalRegularizer({ factor: 0.01 }).apply(kernel)
 * ```
 */
export class OrthogonalRegularizer implements Serializable {
  static readonly className: string = 'OrthogonalRegularizer'
  readonly factor: number
  readonly mode: 'rows' | 'columns'

  constructor(options: OrthogonalRegularizerOptions = {}) {
    const op = 'OrthogonalRegularizer'
    checkOptionNames(op, options, ['factor', 'mode'])
    this.factor = checkNumber(op, 'factor', options.factor ?? 0.01, 'nonNegative')
    this.mode = checkOneOf(op, 'mode', options.mode ?? 'rows', ['rows', 'columns'])
  }

  apply(x: Tensor): Tensor {
    checkFloat('OrthogonalRegularizer', x)
    const { dtype, rank } = x
    if (rank !== 2) {
      throw new ShapeError('only matrices have this penalty', {
        op: 'OrthogonalRegularizer',
        received: { x },
        expected: 'a tensor of two axes',
      })
    }
    const isRows = this.mode === 'rows'
    const count = x.shape[isRows ? 0 : 1]!
    const pairs = Math.max(1, (count * (count - 1)) / 2)
    return tidy(() => {
      const unit = l2Normalize(x, { axis: isRows ? 1 : 0 })
      const cosines = isRows ? matmul(unit, transpose(unit)) : matmul(transpose(unit), unit)
      const offDiagonal = sub(1, eye(count, { dtype, backend: x.storage.backend }))
      // Every pair is there twice.
      return mul(sum(abs(mul(cosines, offDiagonal))), this.factor / (2 * pairs))
    })
  }

  getConfig(): Config {
    return { factor: this.factor, mode: this.mode }
  }

  static fromConfig(config: Config): OrthogonalRegularizer {
    const read = new ConfigReader('OrthogonalRegularizer', config)
    const options = {
      factor: read.number('factor', 0.01),
      mode: read.oneOf('mode', ['rows', 'columns'], 'rows'),
    }
    read.done()
    return new OrthogonalRegularizer(options)
  }
}
