import {
  type Config,
  checkOptionNames,
  random,
  type Shape,
  ShapeError,
  type Tensor,
  tensor,
  zeros,
} from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import { checkShape } from './check-shape.ts'
import { hostNormals } from './host-normals.ts'
import { orthonormalColumns } from './householder.ts'
import type { InitializerOptions } from './initializer.ts'
import { RandomInitializer, readSeed, type SeedOptions } from './random-initializer.ts'

export interface OrthogonalOptions extends SeedOptions {
  /** A factor for all values. Default: 1. */
  readonly gain?: number
}

/**
 * Draws orthogonal matrices: `gain` times a matrix whose columns (or rows, where these are fewer) are orthonormal.
 *
 * It is the Q of the QR decomposition of a matrix of normal numbers, with signs that make it evenly distributed.
 * Shapes of more than two axes are those of matrices with all axes but the last flattened.
 *
 * @throws {@link ShapeError} from `apply`, for shapes of fewer than two axes.
 * @see https://arxiv.org/abs/1312.6120 (Saxe, McClelland, Ganguli 2013)
 * @example
 * ```ts
 * new initializers.Orthogonal({ seed: 1 }).apply([64, 64])
 * ```
 */
export class Orthogonal extends RandomInitializer {
  static readonly className: string = 'Orthogonal'
  readonly gain: number

  constructor(options: OrthogonalOptions = {}) {
    checkOptionNames('Orthogonal', options, ['gain', 'seed'])
    super('Orthogonal', options)
    this.gain = checkNumber('Orthogonal', 'gain', options.gain ?? 1, 'finite')
  }

  override apply(shape: Shape, options: InitializerOptions = {}): Tensor {
    checkShape('Orthogonal', shape)
    if (shape.length < 2) {
      throw new ShapeError('only shapes of two or more axes can be orthogonal', {
        op: 'Orthogonal',
        received: { shape },
      })
    }
    // Where there is no room, the device says so before the host runs out.
    zeros(shape, options).dispose()
    const rows = shape.slice(0, -1).reduce((size, side) => size * side, 1)
    const columns = shape.at(-1)!
    const [m, n] = [Math.max(rows, columns), Math.min(rows, columns)]
    const generator = this.seed === null ? random.defaultGenerator() : new random.Generator(this.seed)
    const columnsOfQ = orthonormalColumns(hostNormals(m * n, generator), m, n)
    const values = new Float64Array(m * n)
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        values[i * columns + j] = this.gain * (rows >= columns ? columnsOfQ[j]![i]! : columnsOfQ[i]![j]!)
      }
    }
    return tensor(values, { dtype: 'float32', ...options, shape })
  }

  override getConfig(): Config {
    return { ...super.getConfig(), gain: this.gain }
  }

  static fromConfig(config: Config): Orthogonal {
    const read = new ConfigReader('Orthogonal', config)
    const options = { ...readSeed(read), gain: read.number('gain', 1) }
    read.done()
    return new Orthogonal(options)
  }
}
