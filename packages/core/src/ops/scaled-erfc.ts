import { runBinary, runUnary } from '../dispatch/elementwise.ts'
import type { Tensor } from '../tensor/tensor.ts'

/*
 * (1 + 2x)·exp(x²)·erfc(x) for x ≥ 0 as a polynomial in t = (x − 3) / (x + 3), which goes from −1 to 1: the sum of the
 * first Chebyshev polynomials, to rounding in each dtype. The form is that of M. M. Shepherd and J. G. Laframboise,
 * "Chebyshev approximation of (1 + 2x)exp(x²)erfc x in 0 ≤ x < ∞", Mathematics of Computation 36 (1981),
 * https://doi.org/10.1090/S0025-5718-1981-0595058-X. Coefficients from the highest power down.
 */

const float32Coefficients = [
  7.731024224e-5, -9.254516687e-5, -0.000726453679, 0.001875079124, 0.00249911687, -0.02376357644,
  0.06831656777, -0.1192752753, 0.1296441143, -0.04756215693, -0.1356210694, 1.253008056,
]
const float64Coefficients = [
  8.393734858690877e-10, 9.862533510345587e-10, -8.217595058711455e-9, -1.3312919661038687e-8,
  4.1064013667940355e-8, 1.0183620603842736e-7, -1.4047654315428462e-7, -6.166011460398726e-7,
  3.5576086684080595e-7, 3.472370944977168e-6, -7.308281468783614e-7, -2.0100542268525612e-5,
  4.949196649968345e-6, 0.0001250993424583729, -0.00010515971958448065, -0.0007798322696543306,
  0.0018886903449991718, 0.0025293918156939696, -0.02377051491717134, 0.0683080273440099,
  -0.11927366341538638, 0.1296451587027594, -0.0475622943534492, -0.13562110612458117, 1.2530080582697296,
]

/** exp(x²)·erfc(x) for 0 ≤ x < 10¹⁵, which falls slowly from 1 to 0. */
export function runScaledErfc(x: Tensor): Tensor {
  const coefficients = x.dtype === 'float64' ? float64Coefficients : float32Coefficients
  const t = runBinary('div', runBinary('sub', x, 3), runBinary('add', x, 3))
  const [highest, ...others] = coefficients as [number, ...number[]]
  let sum = runBinary('mul', t, highest)
  for (const [i, coefficient] of others.entries()) {
    const next = runBinary('add', sum, coefficient)
    sum = i === others.length - 1 ? next : runBinary('mul', next, t)
  }
  return runBinary('div', sum, runBinary('add', runBinary('mul', x, 2), 1))
}

/**
 * exp(−factor·x²) for 0 ≤ x < 2000 and a factor that is a power of two.
 *
 * The exponential magnifies the rounding error of x²: it is kept out by splitting off a head of x whose square is exact.
 */
export function runGaussian(x: Tensor, factor: number): Tensor {
  const head = runBinary('div', runUnary('floor', runBinary('mul', x, 16)), 16)
  const rest = runBinary('mul', runBinary('sub', x, head), runBinary('add', x, head))
  const exponential = (square: Tensor): Tensor => runUnary('exp', runBinary('mul', square, -factor))
  return runBinary('mul', exponential(runBinary('mul', head, head)), exponential(rest))
}
