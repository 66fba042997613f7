import {
  averagePoolGradientKernel,
  averagePoolKernel,
  type ConvGeometry,
  convInputGradientKernel,
  convKernel,
  convKernelGradientKernel,
  type Kernel,
  type KernelKey,
  KernelTable,
  maxPoolGradientKernel,
  maxPoolKernel,
} from '@tapegrad/core'
import type { Fault } from './fault.ts'
import { addPlainKernels } from './plain-kernels.ts'
import {
  plainAveragePool,
  plainAveragePoolGradient,
  plainConv,
  plainConvInputGradient,
  plainConvKernelGradient,
  plainMaxPool,
  plainMaxPoolGradient,
} from './plain-spatial.ts'

function replacing<F extends Kernel>(key: KernelKey<F>, kernel: F): Fault['plant'] {
  return () => ({ kernels: addPlainKernels(new KernelTable()).set(key, kernel) })
}

const ones = [1, 1, 1]

const withoutDilation = (geometry: ConvGeometry): ConvGeometry => ({ ...geometry, dilations: ones })

export const spatialFaults: readonly Fault[] = [
  {
    name: 'a convolution ignores the dilation',
    group: 'neural',
    caughtBy: 'conv2d',
    plant: replacing(convKernel, (x, kernel, geometry, out) =>
      plainConv(x, kernel, withoutDilation(geometry), out),
    ),
  },
  {
    name: 'a convolution exchanges the strides of height and width',
    group: 'neural',
    caughtBy: 'conv2d',
    plant: replacing(convKernel, (x, kernel, geometry, out) => {
      const [depth, height, width] = geometry.strides as [number, number, number]
      plainConv(x, kernel, { ...geometry, strides: [depth, width, height] }, out)
    }),
  },
  {
    name: 'a convolution begins windows at the first element',
    group: 'neural',
    caughtBy: 'conv1d',
    plant: replacing(convKernel, (x, kernel, geometry, out) =>
      plainConv(x, kernel, { ...geometry, before: [0, 0, 0] }, out),
    ),
  },
  {
    name: 'the gradient of a convolution with respect to its input is one element off',
    group: 'neural',
    caughtBy: 'convTranspose2d',
    plant: replacing(convInputGradientKernel, (g, kernel, geometry, out) => {
      const before = geometry.before.map((count, axis) => (axis === 2 ? count + 1 : count))
      plainConvInputGradient(g, kernel, { ...geometry, before }, out)
    }),
  },
  {
    name: 'the gradient of a convolution with respect to its kernel ignores the dilation',
    group: 'neural',
    caughtBy: 'conv1d',
    plant: replacing(convKernelGradientKernel, (x, g, geometry, out) =>
      plainConvKernelGradient(x, g, withoutDilation(geometry), out),
    ),
  },
  {
    name: 'max pooling takes what lies outside for 0',
    group: 'neural',
    caughtBy: 'maxPool1d',
    plant: replacing(maxPoolKernel, (x, geometry, out) => {
      plainMaxPool(x, geometry, out)
      const data = out.storage.handle as Float32Array
      const { before, window, strides, input, output } = geometry
      const reaches = (output[2]! - 1) * strides[2]! - before[2]! + window[2]! > input[2]!
      if (reaches) data.forEach((value, i) => (data[i] = Math.max(value, 0)))
    }),
  },
  {
    name: 'the gradient of max pooling goes to the last element of a window',
    group: 'neural',
    caughtBy: 'maxPool2d',
    plant: replacing(
      maxPoolGradientKernel,
      plainMaxPoolGradient((values) => values.length - 1),
    ),
  },
  {
    name: 'average pooling counts what lies outside',
    group: 'neural',
    caughtBy: 'averagePool2d',
    plant: replacing(
      averagePoolKernel,
      plainAveragePool((_, size) => size),
    ),
  },
  {
    name: 'the gradient of average pooling counts what lies outside',
    group: 'neural',
    caughtBy: 'averagePool1d',
    plant: replacing(
      averagePoolGradientKernel,
      plainAveragePoolGradient((_, size) => size),
    ),
  },
]
