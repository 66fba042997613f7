import {
  conv1d,
  conv2d,
  conv3d,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
  depthwiseConv1d,
  depthwiseConv2d,
  separableConv1d,
  separableConv2d,
  type Tensor,
} from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import { plans } from '../generators/plans.ts'
import type { CaseFactory } from '../kit/case.ts'
import { opCase } from '../kit/op-case.ts'
import { type Call, type CallOptions, sumTolerances } from '../kit/op-spec.ts'
import type { OracleArray } from '../oracle/array.ts'
import * as oracle from '../oracle/spatial.ts'
import { drawing, otherDType } from './inputs.ts'

type Padding = oracle.SpatialOptions['padding']

/** One axis: how a kernel walks along it, and how long it is. */
interface Axis {
  readonly size: number
  readonly stride: number
  readonly dilation: number
  readonly padding: readonly [number, number]
  readonly length: number
  readonly outputPadding: number
}

/** An axis that has room for at least one window, whatever the padding is. */
function axisFor(spatial: number): Arbitrary<Axis> {
  const side = (most: number): Arbitrary<number> => fc.integer({ min: 1, max: most })
  return fc
    .record({
      size: side(spatial === 3 ? 2 : 3),
      stride: side(3),
      dilation: fc.constantFrom(1, 1, 2),
      padding: fc.tuple(fc.nat(2), fc.nat(2)),
      more: fc.nat(spatial === 1 ? 4 : spatial === 2 ? 2 : 1),
    })
    .chain(({ more, ...axis }) =>
      fc.nat(axis.stride - 1).map((outputPadding) => ({
        ...axis,
        outputPadding,
        length: (axis.size - 1) * axis.dilation + 1 + more,
      })),
    )
}

/** The channels of one group, and how many there are. */
interface Channels {
  readonly inputs: number
  readonly outputs: number
  readonly groups: number
}

interface Walk {
  readonly axes: readonly Axis[]
  readonly channels: Channels
  readonly batch: number
  readonly attributes: oracle.ConvAttributes
}

function walks(
  options: CallOptions,
  spatial: number,
  paddings: readonly ('valid' | 'same' | 'causal')[],
): Arbitrary<Walk> {
  const side = fc.constantFrom(1, 2)
  return fc
    .record({
      axes: fc.array(axisFor(spatial), { minLength: spatial, maxLength: spatial }),
      channels: fc.record({ inputs: side, outputs: side, groups: fc.constantFrom(1, 1, 2) }),
      batch: options.purpose === 'gradient' ? fc.constant(1) : fc.constantFrom(0, 1, 2, 2),
      padding: fc.constantFrom<'valid' | 'same' | 'causal' | 'pairs'>(...paddings, 'pairs'),
      dataFormat: fc.constantFrom('channelsLast', 'channelsFirst'),
    })
    .map(({ axes, channels, batch, padding, dataFormat }) => ({
      axes,
      channels,
      batch,
      attributes: {
        strides: axes.map(({ stride }) => stride),
        dilationRate: axes.map(({ dilation }) => dilation),
        padding: padding === 'pairs' ? axes.map((axis) => axis.padding) : padding,
        dataFormat,
        groups: channels.groups,
      },
    }))
}

interface Shapes {
  readonly inputs: readonly (readonly number[])[]
  readonly attributes: oracle.ConvAttributes
}

/** An input with `channels`, in the format that the attributes say. */
function inputShape({ axes, batch, attributes }: Walk, channels: number): readonly number[] {
  const spatial = axes.map(({ length }) => length)
  return attributes.dataFormat === 'channelsLast'
    ? [batch, ...spatial, channels]
    : [batch, channels, ...spatial]
}

const kernelShape = ({ axes }: Walk, ...channels: readonly number[]): readonly number[] => [
  ...axes.map(({ size }) => size),
  ...channels,
]

function shapesOfConv(walk: Walk): Shapes {
  const { inputs, outputs, groups } = walk.channels
  return {
    inputs: [inputShape(walk, inputs * groups), kernelShape(walk, inputs, outputs * groups)],
    attributes: walk.attributes,
  }
}

/** The output is as long as what was drawn as an input's length asks for; paddings may be followed by elements. */
function shapesOfTranspose(walk: Walk): Shapes {
  const { inputs, outputs, groups } = walk.channels
  const short = {
    ...walk,
    axes: walk.axes.map((axis) => ({ ...axis, length: Math.max(1, axis.length - 2) })),
  }
  const { padding } = walk.attributes
  const fitting: Padding =
    typeof padding === 'string'
      ? padding
      : short.axes.map(({ length, stride, size, dilation, padding: [before, after] }): [number, number] => {
          // Something has to be left.
          const most = (length - 1) * stride + (size - 1) * dilation
          return [Math.min(before, most), Math.min(after, most - Math.min(before, most))]
        })
  const isPadded = walk.batch !== 1 || walk.axes[0]!.size % 2 === 0
  return {
    inputs: [inputShape(short, inputs * groups), kernelShape(walk, outputs, inputs * groups)],
    attributes: {
      ...walk.attributes,
      padding: fitting,
      ...(isPadded ? { outputPadding: walk.axes.map(({ outputPadding }) => outputPadding) } : {}),
    },
  }
}

function shapesOfDepthwise(walk: Walk): Shapes {
  const { inputs, outputs, groups } = walk.channels
  const channels = inputs * groups
  return {
    inputs: [inputShape(walk, channels), kernelShape(walk, channels, outputs)],
    attributes: walk.attributes,
  }
}

function shapesOfSeparable(walk: Walk): Shapes {
  const { inputs, attributes } = shapesOfDepthwise(walk)
  const channels = inputs[1]!.at(-1)! * inputs[1]!.at(-2)!
  const point = [...walk.axes.map(() => 1), channels, walk.channels.groups]
  return { inputs: [...inputs, point], attributes }
}

interface ConvCase {
  readonly name: string
  readonly spatial: number
  readonly causal?: boolean
  readonly shapes: (walk: Walk) => Shapes
  readonly op: (inputs: readonly Tensor[], options: oracle.ConvAttributes) => Tensor
  readonly oracle: (inputs: readonly OracleArray[], options: oracle.ConvAttributes) => OracleArray
}

function convCase({ name, spatial, causal = false, shapes, op, oracle: expected }: ConvCase): CaseFactory {
  const paddings = ['valid', 'same', ...(causal && spatial === 1 ? (['causal'] as const) : [])] as const
  return opCase({
    name,
    group: 'neural',
    calls: (options): Arbitrary<Call<oracle.ConvAttributes>> =>
      fc.tuple(walks(options, spatial, paddings), otherDType(options)).chain(([walk, dtype]) => {
        const { inputs, attributes } = shapes(walk)
        const drawn = inputs.map((shape, i) =>
          plans(shape, i === 0 ? options.dtype : dtype, drawing(options)),
        )
        return fc.tuple(...drawn).map((all) => ({ inputs: all, attributes }))
      }),
    op,
    oracle: expected,
    tolerances: sumTolerances,
    differentiable: 'all',
  })
}

type Convolution = (x: Tensor, kernel: Tensor, options: never) => Tensor

const convolutions: readonly Convolution[] = [conv1d, conv2d, conv3d]
const transposed: readonly Convolution[] = [convTranspose1d, convTranspose2d, convTranspose3d]
const depthwise: readonly Convolution[] = [depthwiseConv1d, depthwiseConv2d]
const separable = [separableConv1d, separableConv2d] as readonly ((
  x: Tensor,
  depthwiseKernel: Tensor,
  pointwiseKernel: Tensor,
  options: never,
) => Tensor)[]

/** The options of ops that take no groups. */
function withoutGroups({
  groups: _,
  ...options
}: oracle.ConvAttributes): Omit<oracle.ConvAttributes, 'groups'> {
  return options
}

export const convolutionCases = (): readonly CaseFactory[] => [
  ...convolutions.map((op, i) =>
    convCase({
      name: `conv${i + 1}d`,
      spatial: i + 1,
      causal: true,
      shapes: shapesOfConv,
      op: ([x, kernel], options) => op(x!, kernel!, options as never),
      oracle: ([x, kernel], options) => oracle.conv(x!, kernel!, options),
    }),
  ),
  ...transposed.map((op, i) =>
    convCase({
      name: `convTranspose${i + 1}d`,
      spatial: i + 1,
      shapes: shapesOfTranspose,
      op: ([x, kernel], options) => op(x!, kernel!, options as never),
      oracle: ([x, kernel], options) => oracle.convTranspose(x!, kernel!, options),
    }),
  ),
  ...depthwise.map((op, i) =>
    convCase({
      name: `depthwiseConv${i + 1}d`,
      spatial: i + 1,
      causal: true,
      shapes: shapesOfDepthwise,
      op: ([x, kernel], options) => op(x!, kernel!, withoutGroups(options) as never),
      oracle: ([x, kernel], options) => oracle.depthwiseConv(x!, kernel!, options),
    }),
  ),
  ...separable.map((op, i) =>
    convCase({
      name: `separableConv${i + 1}d`,
      spatial: i + 1,
      causal: true,
      shapes: shapesOfSeparable,
      op: ([x, each, point], options) => op(x!, each!, point!, withoutGroups(options) as never),
      oracle: ([x, each, point], options) => oracle.separableConv(x!, each!, point!, options),
    }),
  ),
]
