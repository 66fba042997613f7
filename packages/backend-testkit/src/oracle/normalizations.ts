import { sigmoid } from './activations.ts'
import { build, elementAt, type OracleArray, promote, toFloat } from './array.ts'
import { normalAxis } from './movement.ts'

/** Along which axes numbers belong together. */
export type Axes = number | readonly number[]

/** The elements that lie in one line, or block, with each element: those that differ from it along the axes only. */
function blocks(x: OracleArray, axis: Axes): (index: readonly number[]) => number[] {
  const axes = [axis].flat().map((a) => normalAxis(a, x.shape.length))
  const found = new Map<string, number[]>()
  const keyOf = (index: readonly number[]): string => index.filter((_, d) => !axes.includes(d)).join()
  build(x.shape, x.dtype, (index) => {
    const key = keyOf(index)
    const block = found.get(key)
    if (block === undefined) found.set(key, [elementAt(x, index)])
    else block.push(elementAt(x, index))
    return 0
  })
  return (index) => found.get(keyOf(index))!
}

/** Each element computed from itself and its block. */
function normalize(
  x: OracleArray,
  axis: Axes,
  f: (value: number, block: readonly number[]) => number,
): OracleArray {
  const blockOf = blocks(x, axis)
  return build(x.shape, toFloat(x.dtype), (index) => f(elementAt(x, index), blockOf(index)))
}

const total = (numbers: readonly number[]): number => numbers.reduce((sum, value) => sum + value, 0)

/** ln softmax of one element, or NaN in a block with NaN or ∞, or of −∞ alone. Next to the maximum a logarithm is lost. */
function logProbability(value: number, block: readonly number[]): number {
  const peak = Math.max(...block)
  if (!Number.isFinite(peak)) return Number.NaN
  return value - peak - Math.log(total(block.map((other) => Math.exp(other - peak))))
}

export function softmax(x: OracleArray, axis: Axes): OracleArray {
  return normalize(x, axis, (value, block) => Math.exp(logProbability(value, block)))
}

export function logSoftmax(x: OracleArray, axis: Axes): OracleArray {
  return normalize(x, axis, logProbability)
}

export function l2Normalize(x: OracleArray, axis: Axes, epsilon: number): OracleArray {
  return normalize(x, axis, (value, block) => {
    return value / Math.sqrt(Math.max(total(block.map((other) => other * other)), epsilon))
  })
}

/** max(x − τ, 0), where τ comes from the largest numbers that stay positive together. */
export function sparsemax(x: OracleArray, axis: number): OracleArray {
  return normalize(x, axis, (value, block) => {
    const descending = [...block].sort((a, b) => b - a)
    const thresholds = descending.map((_, i) => (total(descending.slice(0, i + 1)) - 1) / (i + 1))
    const last = descending.findLastIndex((candidate, i) => candidate > thresholds[i]!)
    return Math.max(value - thresholds[last]!, 0)
  })
}

/** The first half of an axis times the sigmoid of the second. */
export function glu(x: OracleArray, axis: number): OracleArray {
  const along = normalAxis(axis, x.shape.length)
  const half = x.shape[along]! / 2
  const shape = x.shape.map((side, i) => (i === along ? half : side))
  return build(shape, toFloat(x.dtype), (index) => {
    const gate = elementAt(
      x,
      index.map((i, d) => (d === along ? i + half : i)),
    )
    return elementAt(x, index) * sigmoid(gate)
  })
}

/** The multi-index with `i` put in at an axis. */
function insert(index: readonly number[], axis: number, i: number): number[] {
  return [...index.slice(0, axis), i, ...index.slice(axis)]
}

/** −Σ t · ln softmax(x) along an axis; a target of 0 counts 0. */
export function softmaxCrossEntropy(logits: OracleArray, targets: OracleArray, axis: number): OracleArray {
  const along = normalAxis(axis, logits.shape.length)
  const dtype = toFloat(promote(logits.dtype, targets.dtype))
  const logs = logSoftmax({ ...logits, dtype: 'float64' }, axis)
  const shape = logits.shape.filter((_, i) => i !== along)
  return build(shape, dtype, (index) => {
    let loss = 0
    for (let c = 0; c < logits.shape[along]!; c++) {
      const [target, log] = [
        elementAt(targets, insert(index, along, c)),
        elementAt(logs, insert(index, along, c)),
      ]
      if (target !== 0 || log !== -Infinity) loss -= target * log
    }
    return loss
  })
}

/** −ln softmax(x)[label] along an axis. */
export function sparseSoftmaxCrossEntropy(
  logits: OracleArray,
  labels: OracleArray,
  axis: number,
): OracleArray {
  const along = normalAxis(axis, logits.shape.length)
  const logs = logSoftmax({ ...logits, dtype: 'float64' }, axis)
  return build(labels.shape, toFloat(logits.dtype), (index) => {
    return -elementAt(logs, insert(index, along, elementAt(labels, index)))
  })
}

/** −t · ln σ(x) − (1 − t) · ln(1 − σ(x)); a term whose factor is 0 counts 0. */
export function sigmoidCrossEntropy(logits: OracleArray, targets: OracleArray): OracleArray {
  const dtype = toFloat(promote(logits.dtype, targets.dtype))
  const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
  const term = (factor: number, x: number): number => (factor === 0 ? 0 : factor * softplus(x))
  return build(logits.shape, dtype, (index) => {
    const [x, t] = [elementAt(logits, index), elementAt(targets, index)]
    return Number.isNaN(x) ? x : term(t, -x) + term(1 - t, x)
  })
}
