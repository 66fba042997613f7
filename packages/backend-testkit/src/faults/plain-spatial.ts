import type { ConvGeometry, Data, PoolGeometry, View } from '@tapegrad/core'
import { dataOf, positionsOf } from './elements.ts'

type Index = readonly [number, number, number]

/** Every index of a box of three axes, in row-major order. */
function boxOf([depth, height, width]: readonly number[]): Index[] {
  const indices: Index[] = []
  for (let d = 0; d < depth!; d++) {
    for (let h = 0; h < height!; h++) for (let w = 0; w < width!; w++) indices.push([d, h, w])
  }
  return indices
}

/** Visits each element of each window that lies in the input. */
function eachPlace(
  geometry: PoolGeometry,
  dilations: readonly number[],
  visit: (output: Index, tap: Index, input: Index) => void,
): void {
  const { input, window, output, strides, before } = geometry
  for (const o of boxOf(output)) {
    for (const k of boxOf(window)) {
      const place = o.map((i, axis) => i * strides[axis]! + k[axis]! * dilations[axis]! - before[axis]!)
      if (place.every((p, axis) => p >= 0 && p < input[axis]!)) visit(o, k, place as unknown as Index)
    }
  }
}

/** A contiguous view of five dimensions, read and added to by its indices. */
interface Grid {
  get(...index: readonly number[]): number
  add(value: number, ...index: readonly number[]): void
}

function gridOf(view: View): Grid {
  const data = dataOf(view)
  const at = (index: readonly number[]): number =>
    index.reduce((position, i, axis) => position * view.shape[axis]! + i, 0) + view.offset
  return {
    get: (...index) => data[at(index)]!,
    add: (value, ...index) => {
      data[at(index)]! += value
    },
  }
}

/** An empty result, summed up in double precision. */
function summed(out: View, compute: (sums: View) => void): void {
  const sums = new Float64Array(out.size)
  const storage = Object.assign(Object.create(out.storage) as typeof out.storage, { handle: sums })
  compute({ ...layoutOf(out), storage })
  const data = dataOf(out)
  positionsOf(out as View<Data>).forEach((position, i) => {
    data[position] = sums[i]!
  })
}

const layoutOf = ({ dtype, shape, strides, size }: View): Omit<View, 'storage'> => ({
  dtype,
  shape,
  strides,
  size,
  offset: 0,
  contiguous: true,
})

/** Adds up the products of a convolution's input, kernel and output into one of them; each is given as a view. */
function contract(
  geometry: ConvGeometry,
  views: { readonly x: View; readonly kernel: View; readonly y: View },
  into: 'x' | 'kernel' | 'y',
): void {
  const [x, kernel, y] = [gridOf(views.x), gridOf(views.kernel), gridOf(views.y)]
  const [batch, channels] = [views.x.shape[0]!, views.y.shape[4]!]
  const inPart = views.kernel.shape[3]!
  const outPart = channels / geometry.groups
  eachPlace(geometry, geometry.dilations, (o, k, p) => {
    for (let b = 0; b < batch; b++) {
      for (let c = 0; c < channels; c++) {
        for (let i = 0; i < inPart; i++) {
          const from = Math.floor(c / outPart) * inPart + i
          if (into === 'y') y.add(x.get(b, ...p, from) * kernel.get(...k, i, c), b, ...o, c)
          else if (into === 'x') x.add(y.get(b, ...o, c) * kernel.get(...k, i, c), b, ...p, from)
          else kernel.add(x.get(b, ...p, from) * y.get(b, ...o, c), ...k, i, c)
        }
      }
    }
  })
}

export function plainConv(x: View, kernel: View, geometry: ConvGeometry, out: View): void {
  summed(out, (y) => contract(geometry, { x, kernel, y }, 'y'))
}

export function plainConvInputGradient(g: View, kernel: View, geometry: ConvGeometry, out: View): void {
  summed(out, (x) => contract(geometry, { x, kernel, y: g }, 'x'))
}

export function plainConvKernelGradient(x: View, g: View, geometry: ConvGeometry, out: View): void {
  summed(out, (kernel) => contract(geometry, { x, kernel, y: g }, 'kernel'))
}

const noDilation = [1, 1, 1]

/** Visits each window of each image and channel, with the places of its elements. */
function eachWindow(
  geometry: PoolGeometry,
  { shape }: View,
  visit: (output: readonly number[], places: readonly (readonly number[])[]) => void,
): void {
  const windows = new Map<string, { readonly o: Index; readonly places: Index[] }>()
  eachPlace(geometry, noDilation, (o, _, p) => {
    const window = windows.get(o.join()) ?? { o, places: [] }
    windows.set(o.join(), window)
    window.places.push(p)
  })
  for (const { o, places } of windows.values()) {
    for (let b = 0; b < shape[0]!; b++) {
      for (let c = 0; c < shape[4]!; c++) {
        visit(
          [b, ...o, c],
          places.map((p) => [b, ...p, c]),
        )
      }
    }
  }
}

/** Chooses one of a window's elements. */
export type Choice = (values: readonly number[]) => number

/** The first NaN, else the first of the largest. */
export const firstMaximum: Choice = (values) => {
  const firstNaN = values.findIndex(Number.isNaN)
  return firstNaN >= 0 ? firstNaN : values.indexOf(Math.max(...values))
}

export function plainMaxPool(x: View, geometry: PoolGeometry, out: View): void {
  const values = gridOf(x)
  summed(out, (sums) => {
    eachWindow(geometry, x, (o, places) => {
      const elements = places.map((place) => values.get(...place))
      gridOf(sums).add(elements[firstMaximum(elements)]!, ...o)
    })
  })
}

export function plainMaxPoolGradient(choose: Choice) {
  return (g: View, x: View, geometry: PoolGeometry, out: View): void => {
    const [gradients, values] = [gridOf(g), gridOf(x)]
    summed(out, (sums) => {
      eachWindow(geometry, x, (o, places) => {
        const chosen = places[choose(places.map((place) => values.get(...place)))]!
        gridOf(sums).add(gradients.get(...o), ...chosen)
      })
    })
  }
}

/** By how many elements of a window of `size` its sum is divided, where `inside` of them lie in the input. */
export type Divisor = (inside: number, size: number) => number

const sizeOf = ({ window }: PoolGeometry): number => window.reduce((product, side) => product * side, 1)

export function plainAveragePool(divisor: Divisor) {
  return (x: View, geometry: PoolGeometry, out: View): void => {
    const values = gridOf(x)
    summed(out, (sums) => {
      eachWindow(geometry, x, (o, places) => {
        const total = places.reduce((sum, place) => sum + values.get(...place), 0)
        gridOf(sums).add(total / divisor(places.length, sizeOf(geometry)), ...o)
      })
    })
  }
}

export function plainAveragePoolGradient(divisor: Divisor) {
  return (g: View, geometry: PoolGeometry, out: View): void => {
    const gradients = gridOf(g)
    summed(out, (sums) => {
      eachWindow(geometry, out, (o, places) => {
        const part = gradients.get(...o) / divisor(places.length, sizeOf(geometry))
        for (const place of places) gridOf(sums).add(part, ...place)
      })
    })
  }
}
