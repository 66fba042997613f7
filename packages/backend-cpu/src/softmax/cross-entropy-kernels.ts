import { FunctionBuilder } from '../assembler/index.ts'
import { exp } from '../elementwise/exp.ts'
import { log } from '../elementwise/log.ts'
import { type FloatMath, floatMath, type Vectors } from '../elementwise/vector-math.ts'
import type { Lines } from './lines.ts'
import { rowLine } from './row-line.ts'

const parameters = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const

/**
 * The function of a cross-entropy and its gradient.
 *
 * Parameters: the addresses of logits, targets or labels, losses and gradients, how many rows, and the classes.
 */
export type CrossEntropyKernel = FunctionBuilder<typeof parameters, readonly []>

/** What both cross-entropies begin with; the exponentials of the logits less the largest lie in the gradient. */
interface Softmax {
  readonly largest: Vectors
  readonly sum: Vectors
  readonly logarithm: Vectors
}

const logits = 0
const gradient = 1
const targets = 2

function exponentials(m: FloatMath, lines: Lines): Softmax {
  const largest = lines.maximum((part) => part.load(logits))
  const sum = lines.total((part) => {
    const exponential = exp(m, m.sub(part.load(logits), largest))
    part.store(gradient, exponential)
    return exponential
  })
  return { largest, sum, logarithm: log(m, sum) }
}

/** With a probability for each class. */
export function crossEntropyKernel(): CrossEntropyKernel {
  const fn: CrossEntropyKernel = new FunctionBuilder('softmaxCrossEntropy', parameters)
  const [x, t, loss, g, rows, classes] = fn.params
  const m = floatMath(fn, 'f32x4')
  const bytes = fn.local('i32')
  fn.op('i32.mul', classes, 4).set(bytes)
  fn.repeat(rows, () => {
    const lines = rowLine(fn, [x, g, t], classes)
    const { largest, sum, logarithm } = exponentials(m, lines)
    const weight = lines.total((part) => part.load(targets))
    const negative = lines.total((part) => {
      const target = part.load(targets)
      const logProbability = m.sub(m.sub(part.load(logits), largest), logarithm)
      // 0 · −Infinity would be NaN.
      const isAbsent = m.and(m.eq(target, 0), m.eq(logProbability, -Infinity))
      return m.except(isAbsent, m.mul(target, logProbability))
    })
    const factor = m.div(weight, sum)
    lines.each((part) => {
      part.store(gradient, m.sub(m.mul(part.load(gradient), factor), part.load(targets)))
    })
    fn.get(loss).f32(0).lane('f32x4.extract_lane', 0, negative[0]!).op('f32.sub').storeStack('f32.store')
    fn.advance(loss, 4)
    for (const start of [x, t, g]) fn.advance(start, bytes)
  })
  return fn
}

/** With the number of a class, which lies within. */
export function sparseCrossEntropyKernel(): CrossEntropyKernel {
  const fn: CrossEntropyKernel = new FunctionBuilder('sparseSoftmaxCrossEntropy', parameters)
  const [x, labels, loss, g, rows, classes] = fn.params
  const m = floatMath(fn, 'f32x4')
  const bytes = fn.local('i32')
  const label = fn.local('i32')
  const selected = fn.local('i32')
  fn.op('i32.mul', classes, 4).set(bytes)
  fn.repeat(rows, () => {
    const lines = rowLine(fn, [x, g], classes)
    const { largest, sum, logarithm } = exponentials(m, lines)
    const factor = m.div(1, sum)
    lines.each((part) => part.store(gradient, m.mul(part.load(gradient), factor)))

    fn.load('i32.load', labels).op('i32.mul', 4).set(label)
    fn.get(loss).lane('f32x4.extract_lane', 0, logarithm[0]!)
    fn.op('i32.add', x, label).load('f32.load').lane('f32x4.extract_lane', 0, largest[0]!).op('f32.sub')
    fn.op('f32.sub').storeStack('f32.store')
    fn.op('i32.add', g, label).tee(selected).get(selected).load('f32.load').op('f32.sub', 1)
    fn.storeStack('f32.store')
    fn.advance(loss, 4).advance(labels, 4)
    for (const start of [x, g]) fn.advance(start, bytes)
  })
  return fn
}
