import {
  ArgumentError,
  add,
  clip,
  div,
  type Json,
  type Moments,
  maximum,
  minimum,
  relu,
  sqrt,
  square,
  stopGradient,
  sub,
  type Tensor,
  type Variable,
} from '@tapegrad/core'
import type { Initializer } from '../initializers/index.ts'
import type { ConfigReader } from '../saving/config-reader.ts'
import { moveTowards } from './moving-average.ts'

/** The bounds of the corrections of batch renormalization. */
export interface RenormClipping {
  /** The least r. */
  readonly rmin?: number
  /** The largest r. */
  readonly rmax?: number
  /** The largest |d|. */
  readonly dmax?: number
}

/** The further weights of batch renormalization, [channels] each. */
export interface RenormWeights {
  readonly movingStddev: Variable
  readonly renormMean: Variable
  readonly renormStddev: Variable
}

const clippingNames = ['rmin', 'rmax', 'dmax'] as const

export function checkRenormClipping(op: string, clipping: RenormClipping | null): RenormClipping | null {
  if (clipping === null) return null
  const fits =
    typeof clipping === 'object' &&
    Object.entries(clipping).every(
      ([name, bound]) => (clippingNames as readonly string[]).includes(name) && Number.isFinite(bound),
    ) &&
    (clipping.rmin ?? 0) <= (clipping.rmax ?? Number.POSITIVE_INFINITY) &&
    (clipping.dmax ?? 0) >= 0
  if (fits) return Object.freeze({ ...clipping })
  throw new ArgumentError('renormClipping does not bound the corrections', {
    op,
    received: { renormClipping: clipping },
    expected: 'finite numbers rmin ≤ rmax and dmax ≥ 0, each of which may be left out',
  })
}

/** The bounds as Keras writes them: an object with the same names. */
export function readRenormClipping(read: ConfigReader): RenormClipping | null {
  const value: Json = read.json('renorm_clipping', null)
  if (value === null) return null
  const entries = typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : null
  if (!entries?.every(([, bound]) => bound === null || typeof bound === 'number')) {
    throw read.error('the config has an entry of the wrong kind', 'renorm_clipping', 'an object of numbers')
  }
  return Object.fromEntries(entries.filter(([, bound]) => bound !== null)) as RenormClipping
}

/** Makes the further weights; standard deviations begin as the roots of what variances begin as. */
export function addRenormWeights(
  add: (name: string, initializer: Initializer) => Variable,
  mean: Initializer,
  variance: Initializer,
): RenormWeights {
  const stddev: Initializer = {
    apply: (shape, options) => sqrt(variance.apply(shape, options)),
    getConfig: () => variance.getConfig(),
  }
  return {
    movingStddev: add('moving_stddev', stddev),
    renormMean: add('renorm_mean', mean),
    renormStddev: add('renorm_stddev', stddev),
  }
}

/** What a normalized batch is multiplied by and shifted by; no gradient flows through them. */
export function renormalization(
  { mean, variance }: Moments,
  { renormMean, renormStddev }: RenormWeights,
  { epsilon, clipping }: { readonly epsilon: number; readonly clipping: RenormClipping | null },
): { readonly r: Tensor; readonly d: Tensor } {
  const { rmin, rmax, dmax } = clipping ?? {}
  // Early in training it may be 0.
  const moving = maximum(stopGradient(renormStddev), Math.sqrt(epsilon))
  const ratio = div(sqrt(add(stopGradient(variance), epsilon)), moving)
  const shift = div(sub(stopGradient(mean), stopGradient(renormMean)), moving)
  const above = rmin === undefined ? ratio : maximum(ratio, rmin)
  return {
    r: rmax === undefined ? above : minimum(above, rmax),
    d: dmax === undefined ? shift : clip(shift, -dmax, dmax),
  }
}

/** Moves the further weights towards a batch; gives the new moving variance. */
export function updateRenormWeights(
  { mean, variance }: Moments,
  { movingStddev, renormMean, renormStddev }: RenormWeights,
  options: { readonly epsilon: number; readonly momentum: number; readonly renormMomentum: number },
): Tensor {
  const stddev = sqrt(add(stopGradient(variance), options.epsilon))
  moveTowards(renormMean, mean, options.renormMomentum)
  moveTowards(renormStddev, stddev, options.renormMomentum)
  moveTowards(movingStddev, stddev, options.momentum)
  // Rounding must not make it negative.
  return relu(sub(square(stopGradient(movingStddev)), options.epsilon))
}
