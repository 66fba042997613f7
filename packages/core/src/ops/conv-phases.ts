import { copyView } from '../dispatch/copy.ts'
import { fillWhole } from '../dispatch/fill.ts'
import { computed } from '../dispatch/prepare.ts'
import { greatestDivisor } from '../dispatch/windows.ts'
import { tidy } from '../memory/scope.ts'
import { alias, allocate, type Tensor } from '../tensor/tensor.ts'
import { beforeIn, padSpatial, splitGroups } from './conv-columns.ts'
import { convolveInside } from './conv-compose.ts'
import { type ConvGeometry, marginsAlong, spanOf } from './conv-geometry.ts'
import { arePatches, spreadPatches } from './conv-patches.ts'
import { forEachIndex, takesTaps } from './conv-taps.ts'
import { viewOfRegion } from './region.ts'

/*
 * The gradient of an input is a convolution of the output's gradient with the kernel reversed and its channels
 * exchanged. With strides, inputs a stride apart see the same taps, so that each of the phases between is a
 * convolution of its own, without strides: no zeros are multiplied.
 */

/** The inputs of one phase along an axis, and how taps reach the outputs that read them. */
interface Phase {
  /** The first input; the others follow a stride apart. */
  readonly start: number
  readonly count: number
  /** The last of its taps, from which the reversed ones go down in steps; there may be none. */
  readonly lastTap: number
  readonly tapStep: number
  readonly taps: number
  readonly dilation: number
  readonly before: number
}

/** The gradient of an input [batch, ...input, in] from that of the output. */
export function composeInputGradient(g: Tensor, kernel: Tensor, geometry: ConvGeometry): Tensor {
  const { groups, input, strides } = geometry
  const inputs = kernel.shape.at(-2)! * groups
  const byTaps = takesTaps(groups, kernel.shape.at(-2)!, kernel.shape.at(-1)! / groups)
  if (!byTaps && arePatches(geometry)) return tidy(() => spreadPatches(g, kernel, geometry))
  const shape = [g.shape[0]!, ...input, inputs]
  return tidy(() => {
    const axes = input.map((_, i) => phasesAlong(geometry, i))
    const margins = axes.map((phases, i) => marginsFor(phases, geometry.output[i]!))
    const padded = padSpatial(g, margins)
    const exchanged = exchangeChannels(splitGroups(kernel, groups))
    const convolve = (phases: readonly Phase[]): Tensor =>
      convolveInside(padded, tapsOfPhases(exchanged, phases), {
        output: phases.map(({ count }) => count),
        strides: phases.map(() => 1),
        dilations: phases.map(({ dilation }) => dilation),
        before: beforeIn(
          phases.map(({ before }) => before),
          margins,
        ),
      })
    const isOne = axes.every((phases) => phases.length === 1 && phases[0]!.taps > 0)
    if (isOne) return convolve(axes.map(([phase]) => phase!))
    return computed(allocate(g.storage.backend, g.dtype, shape), (out) => {
      if (axes.some((phases) => phases.some(({ taps }) => taps === 0))) fillWhole(out, 0)
      forEachIndex(
        axes.map((phases) => phases.length),
        (index) => {
          const phases = axes.map((along, i) => along[index[i]!]!)
          if (phases.some(({ taps }) => taps === 0)) return
          const region = {
            whole: shape,
            begin: [0, ...phases.map(({ start }) => start), 0],
            step: [1, ...strides, 1],
            shape: [shape[0]!, ...phases.map(({ count }) => count), inputs],
          }
          tidy(() => copyView(convolve(phases), viewOfRegion(out, region)))
        },
      )
    })
  })
}

/** The phases along an axis that have inputs. */
function phasesAlong({ input, window, strides, dilations, before }: ConvGeometry, axis: number): Phase[] {
  const [length, size, stride] = [input[axis]!, window[axis]!, strides[axis]!]
  const [dilation, margin] = [dilations[axis]!, before[axis]!]
  const divisor = greatestDivisor(stride, dilation)
  const [tapStep, step] = [stride / divisor, dilation / divisor]
  return Array.from({ length: Math.min(stride, length) }, (_, start) => {
    const rest = (start + margin) % stride
    let first = 0
    while (first < tapStep && (first * dilation) % stride !== rest) first++
    const taps = first < tapStep ? Math.max(0, Math.ceil((size - first) / tapStep)) : 0
    // Tap `first` of the output at `nearest` reads the first input, and each tap further that of an output before.
    const nearest = (start + margin - first * dilation) / stride
    return {
      start,
      count: Math.ceil((length - start) / stride),
      lastTap: first + (taps - 1) * tapStep,
      tapStep,
      taps,
      dilation: step,
      before: (taps - 1) * step - nearest,
    }
  })
}

/** How many zeros all phases together need around the gradient. */
function marginsFor(phases: readonly Phase[], length: number): readonly [before: number, after: number] {
  const needed = phases
    .filter(({ taps }) => taps > 0)
    .map(({ count, taps, dilation, before }) =>
      marginsAlong(length, count, spanOf(taps, dilation), 1, before),
    )
  return [
    Math.max(0, ...needed.map(([margin]) => margin)),
    Math.max(0, ...needed.map(([, margin]) => margin)),
  ]
}

/** A kernel [...taps, in, groups, out] as [...taps, out, groups, in]. */
function exchangeChannels(kernel: Tensor): Tensor {
  const exchange = (sides: readonly number[]): number[] => {
    const [inputs, groups, outputs] = sides.slice(-3) as [number, number, number]
    return [...sides.slice(0, -3), outputs, groups, inputs]
  }
  return alias(kernel, exchange(kernel.shape), exchange(kernel.strides), kernel.offset)
}

function tapsOfPhases(kernel: Tensor, phases: readonly Phase[]): Tensor {
  return alias(
    kernel,
    [...phases.map(({ taps }) => taps), ...kernel.shape.slice(-3)],
    [...phases.map(({ tapStep }, i) => -tapStep * kernel.strides[i]!), ...kernel.strides.slice(-3)],
    phases.reduce((offset, { lastTap }, i) => offset + lastTap * kernel.strides[i]!, kernel.offset),
  )
}
