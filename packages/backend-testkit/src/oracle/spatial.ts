import {
  build,
  elementAt,
  indicesOf,
  isFloatType,
  type OracleArray,
  promote,
  toFloat,
  toNumeric,
} from './array.ts'

/** Options as the ops take them, with one number for each spatial axis. */
export interface SpatialOptions {
  readonly strides: readonly number[]
  readonly padding: 'valid' | 'same' | 'causal' | readonly (readonly [number, number])[]
  readonly dataFormat: 'channelsLast' | 'channelsFirst'
}

export interface ConvAttributes extends SpatialOptions {
  readonly dilationRate: readonly number[]
  readonly groups: number
  readonly outputPadding?: readonly number[]
}

/** How many elements an axis gets at its beginning, and how many outputs it has. */
interface AxisPlan {
  readonly before: number
  readonly count: number
}

/** Counts the windows that fit into an axis with its padding, by trying them. */
function planAxis(
  length: number,
  span: number,
  stride: number,
  padding: SpatialOptions['padding'],
  axis: number,
): AxisPlan {
  let [before, after] = typeof padding === 'string' ? [0, 0] : padding[axis]!
  if (padding === 'causal') before = span - 1
  if (padding === 'same') {
    // Elements are added until there is an output for each stride that begins, one at the end first.
    let wanted = 0
    while (wanted * stride < length) wanted++
    let missing = Math.max(0, (wanted - 1) * stride + span - length)
    for (; missing > 0; missing--) {
      if (missing % 2 === 1) after++
      else before++
    }
  }
  let count = 0
  while (count * stride + span <= before + length + after) count++
  return { before, count }
}

const lastChannels = (x: OracleArray, { dataFormat }: SpatialOptions): OracleArray =>
  dataFormat === 'channelsLast' ? x : moveAxis(x, 1, x.shape.length - 1)

const backToFormat = (x: OracleArray, { dataFormat }: SpatialOptions): OracleArray =>
  dataFormat === 'channelsLast' ? x : moveAxis(x, x.shape.length - 1, 1)

function moveAxis(x: OracleArray, from: number, to: number): OracleArray {
  const order = x.shape.map((_, axis) => axis).filter((axis) => axis !== from)
  order.splice(to, 0, from)
  return build(
    order.map((axis) => x.shape[axis]!),
    x.dtype,
    (index) => {
      const source = x.shape.map(() => 0)
      order.forEach((axis, i) => (source[axis] = index[i]!))
      return elementAt(x, source)
    },
  )
}

/** The spatial sizes of channels-last arrays. */
const spatialOf = (x: OracleArray): readonly number[] => x.shape.slice(1, -1)

const span = (size: number, dilation: number): number => 1 + (size - 1) * dilation

/** A convolution with a kernel [...size, in / groups, out]. */
export function conv(input: OracleArray, kernel: OracleArray, options: ConvAttributes): OracleArray {
  const { strides, padding, dilationRate, groups } = options
  const x = lastChannels(input, options)
  const taps = indicesOf(kernel.shape.slice(0, -2))
  const [inputs, outputs] = kernel.shape.slice(-2) as [number, number]
  const plans = spatialOf(x).map((length, i) =>
    planAxis(length, span(kernel.shape[i]!, dilationRate[i]!), strides[i]!, padding, i),
  )
  const dtype = toNumeric(promote(x.dtype, kernel.dtype))
  const shape = [x.shape[0]!, ...plans.map(({ count }) => count), outputs]
  const result = build(shape, dtype, (index) => {
    const [image, channel] = [index[0]!, index.at(-1)!]
    const group = Math.floor((channel * groups) / outputs)
    let total = 0
    for (const tap of taps) {
      const place = plans.map(
        ({ before }, i) => index[i + 1]! * strides[i]! + tap[i]! * dilationRate[i]! - before,
      )
      if (place.some((p, i) => p < 0 || p >= x.shape[i + 1]!)) continue
      for (let c = 0; c < inputs; c++) {
        const value = elementAt(x, [image, ...place, group * inputs + c])
        const weight = elementAt(kernel, [...tap, c, channel])
        total = isFloatType(dtype) ? total + value * weight : (total + Math.imul(value, weight)) | 0
      }
    }
    return total
  })
  return backToFormat(result, options)
}

/** A transposed convolution with a kernel [...size, out / groups, in]: every input adds a kernel to the output, which is then cut. */
export function convTranspose(input: OracleArray, kernel: OracleArray, options: ConvAttributes): OracleArray {
  const { strides, padding, dilationRate, groups, outputPadding } = options
  const x = lastChannels(input, options)
  const [outputs, inputs] = kernel.shape.slice(-2) as [number, number]
  const dtype = toNumeric(promote(x.dtype, kernel.dtype))
  const cuts = spatialOf(x).map((length, i) => {
    const reach = span(kernel.shape[i]!, dilationRate[i]!)
    const stride = strides[i]!
    const added = outputPadding?.[i]
    if (padding === 'same') {
      const size = added === undefined ? length * stride : (length - 1) * stride + (reach % 2) + added
      // The convolution that has an output for each input of this one reaches that far before its input.
      const reached = (length - 1) * stride + reach
      return { size, start: Math.max(0, Math.floor((reached - size) / 2)) }
    }
    const all = (length - 1) * stride + reach
    if (padding === 'valid') {
      return { size: added === undefined ? all + Math.max(0, stride - reach) : all + added, start: 0 }
    }
    const [before, after] = (padding as readonly (readonly [number, number])[])[i]!
    return { size: all - before - after + (added ?? 0), start: before }
  })
  const shape = [x.shape[0]!, ...cuts.map(({ size }) => size), outputs * groups]
  const sums = new Map<string, number>()
  for (const index of indicesOf(x.shape)) {
    const channel = index.at(-1)!
    const group = Math.floor((channel * groups) / inputs)
    for (const tap of indicesOf(kernel.shape.slice(0, -2))) {
      const place = cuts.map(
        ({ start }, i) => index[i + 1]! * strides[i]! + tap[i]! * dilationRate[i]! - start,
      )
      for (let c = 0; c < outputs; c++) {
        const at = [index[0]!, ...place, group * outputs + c].join()
        const [value, weight] = [elementAt(x, index), elementAt(kernel, [...tap, c, channel])]
        const total = sums.get(at) ?? 0
        sums.set(at, isFloatType(dtype) ? total + value * weight : (total + Math.imul(value, weight)) | 0)
      }
    }
  }
  return backToFormat(
    build(shape, dtype, (index) => sums.get(index.join()) ?? 0),
    options,
  )
}

/** Each channel by itself, with a kernel [...size, channels, multiplier]. */
export function depthwiseConv(x: OracleArray, kernel: OracleArray, options: ConvAttributes): OracleArray {
  const [channels, multiplier] = kernel.shape.slice(-2) as [number, number]
  const shape = [...kernel.shape.slice(0, -2), 1, channels * multiplier]
  return conv(x, { ...kernel, shape }, { ...options, groups: channels })
}

export function separableConv(
  x: OracleArray,
  depthwise: OracleArray,
  pointwise: OracleArray,
  options: ConvAttributes,
): OracleArray {
  const ones = options.strides.map(() => 1)
  const one = { ...options, strides: ones, dilationRate: ones, padding: 'valid', groups: 1 } as const
  return conv(depthwiseConv(x, depthwise, options), pointwise, one)
}

/** Visits each window, with the elements of it that lie in the array. */
function pool(
  input: OracleArray,
  poolSize: readonly number[],
  options: SpatialOptions,
  dtype: OracleArray['dtype'],
  reduce: (elements: readonly number[]) => number,
): OracleArray {
  const x = lastChannels(input, options)
  const plans = spatialOf(x).map((length, i) =>
    planAxis(length, poolSize[i]!, options.strides[i]!, options.padding, i),
  )
  const shape = [x.shape[0]!, ...plans.map(({ count }) => count), x.shape.at(-1)!]
  const result = build(shape, dtype, (index) => {
    const elements: number[] = []
    for (const tap of indicesOf(poolSize)) {
      const place = plans.map(({ before }, i) => index[i + 1]! * options.strides[i]! + tap[i]! - before)
      if (place.some((p, i) => p < 0 || p >= x.shape[i + 1]!)) continue
      elements.push(elementAt(x, [index[0]!, ...place, index.at(-1)!]))
    }
    return reduce(elements)
  })
  return backToFormat(result, options)
}

export function maxPool(x: OracleArray, poolSize: readonly number[], options: SpatialOptions): OracleArray {
  return pool(x, poolSize, options, x.dtype, (elements) => Math.max(...elements))
}

export function averagePool(
  x: OracleArray,
  poolSize: readonly number[],
  options: SpatialOptions,
): OracleArray {
  return pool(
    x,
    poolSize,
    options,
    toFloat(x.dtype),
    (elements) => elements.reduce((total, value) => total + value, 0) / elements.length,
  )
}

/** The windows along an axis, their elements last. */
export function unfold(
  x: OracleArray,
  { axis, size, stride, dilation }: { axis: number; size: number; stride: number; dilation: number },
): OracleArray {
  const { count } = planAxis(x.shape[axis]!, span(size, dilation), stride, 'valid', 0)
  const shape = [...x.shape.map((side, i) => (i === axis ? count : side)), size]
  return build(shape, x.dtype, (index) =>
    elementAt(
      x,
      x.shape.map((_, i) => (i === axis ? index[i]! * stride + index.at(-1)! * dilation : index[i]!)),
    ),
  )
}
