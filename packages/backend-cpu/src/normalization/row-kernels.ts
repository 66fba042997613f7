import { FunctionBuilder, type Local } from '../assembler/index.ts'
import { type FloatMath, floatMath, type Vectors } from '../elementwise/vector-math.ts'
import { rowLine } from '../softmax/row-line.ts'

const parameters = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'f32', 'f32'] as const
const gradParameters = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'f32'] as const

/** The function that normalizes rows. */
export type RowNormKernel = FunctionBuilder<typeof parameters, readonly []>

/** The function of its gradient. */
export type RowNormGradKernel = FunctionBuilder<typeof gradParameters, readonly []>

/** How rows are normalized: with their mean subtracted first (layerNorm), or not (rmsNorm). */
export interface RowNormalization {
  readonly name: string
  readonly centered: boolean
}

/** A number in every lane. */
function splat(fn: FunctionBuilder, value: Local<'f32'>): Vectors {
  const vector = fn.local('v128')
  fn.op('f32x4.splat', value).set(vector)
  return [vector]
}

/** The number at an address in every lane. */
function loadSplat(fn: FunctionBuilder, address: Local<'i32'>): Vectors {
  const vector = fn.local('v128')
  fn.load('v128.load32_splat', address).set(vector)
  return [vector]
}

/** Writes a number that every lane holds. */
function storeLane(fn: FunctionBuilder, address: Local<'i32'>, [vector]: Vectors): void {
  fn.storeLane('v128.store32_lane', 0, address, vector!)
}

/** The elements of a row less its mean, where it is centered. */
function deviation(m: FloatMath, x: Vectors, mean: Vectors | undefined): Vectors {
  return mean === undefined ? x : m.sub(x, mean)
}

/**
 * The normalized rows.
 *
 * Parameters: the addresses of x, gamma, beta, the result, the means and the scales (of beta and the means only where
 * rows are centered), how many rows, the elements of one, as an integer and as a number, and epsilon.
 */
export function rowNormKernel({ name, centered }: RowNormalization): RowNormKernel {
  const fn: RowNormKernel = new FunctionBuilder(name, parameters)
  const [x, gamma, beta, out, means, inverses, rows, length, count, epsilon] = fn.params
  const m = floatMath(fn, 'f32x4')
  const n = splat(fn, count)
  const least = splat(fn, epsilon)
  const bytes = fn.local('i32')
  fn.op('i32.mul', length, 4).set(bytes)
  fn.repeat(rows, () => {
    const lines = rowLine(fn, [x, gamma, beta, out], length)
    const mean = centered
      ? m.div(
          lines.total((part) => part.load(0)),
          n,
        )
      : undefined
    const squares = lines.total((part) => {
      const difference = deviation(m, part.load(0), mean)
      return m.mul(difference, difference)
    })
    const inverse = m.div(1, m.sqrt(m.add(m.div(squares, n), least)))
    lines.each((part) => {
      const scaled = m.mul(m.mul(deviation(m, part.load(0), mean), inverse), part.load(1))
      part.store(3, centered ? m.add(scaled, part.load(2)) : scaled)
    })
    if (mean !== undefined) storeLane(fn, means, mean)
    storeLane(fn, inverses, inverse)
    for (const start of [means, inverses]) fn.advance(start, 4)
    for (const start of [x, out]) fn.advance(start, bytes)
  })
  return fn
}

/**
 * The gradients of normalized rows. Those of gamma and beta are added to what is there.
 *
 * Parameters: the addresses of the result's gradient, x, gamma, the means and the scales, then those of the gradients of
 * x, gamma and beta (of the means and beta only where rows are centered), how many rows, and the elements of one, as an
 * integer and as a number.
 */
export function rowNormGradKernel({ name, centered }: RowNormalization): RowNormGradKernel {
  const fn: RowNormGradKernel = new FunctionBuilder(`${name}Grad`, gradParameters)
  const [g, x, gamma, means, inverses, gradX, gradGamma, gradBeta, rows, length, count] = fn.params
  const m = floatMath(fn, 'f32x4')
  const n = splat(fn, count)
  const bytes = fn.local('i32')
  fn.op('i32.mul', length, 4).set(bytes)
  fn.repeat(rows, () => {
    const lines = rowLine(fn, [g, x, gamma, gradX, gradGamma, gradBeta], length)
    const mean = centered ? loadSplat(fn, means) : undefined
    const inverse = loadSplat(fn, inverses)
    const along = m.div(
      lines.total((part) => {
        const slope = part.load(0)
        const normal = m.mul(deviation(m, part.load(1), mean), inverse)
        const product = m.mul(slope, normal)
        part.store(3, normal)
        part.store(4, m.add(part.load(4), product))
        return m.mul(product, part.load(2))
      }),
      n,
    )
    const average = centered
      ? m.div(
          lines.total((part) => {
            const slope = part.load(0)
            part.store(5, m.add(part.load(5), slope))
            return m.mul(slope, part.load(2))
          }),
          n,
        )
      : undefined
    lines.each((part) => {
      const slope = deviation(m, m.mul(part.load(0), part.load(2)), average)
      part.store(3, m.mul(inverse, m.sub(slope, m.mul(part.load(3), along))))
    })
    for (const start of [means, inverses]) fn.advance(start, 4)
    for (const start of [g, x, gradX]) fn.advance(start, bytes)
  })
  return fn
}
