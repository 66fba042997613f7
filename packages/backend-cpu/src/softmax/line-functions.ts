import { exp } from '../elementwise/exp.ts'
import { log } from '../elementwise/log.ts'
import type { FloatMath } from '../elementwise/vector-math.ts'
import type { Lines } from './lines.ts'

/** What is computed along lines. */
export type LineName = 'softmax' | 'softmaxGrad' | 'logSoftmax' | 'logSoftmaxGrad'

/** A function along lines of float32: its inputs are tensors 0, 1, …, and its result is the last one. */
export interface LineFunction {
  readonly tensors: 2 | 3
  readonly emit: (m: FloatMath, lines: Lines) => void
}

/**
 * The functions along lines.
 *
 * A NaN is no maximum, but makes the sum of exponentials NaN, as does Infinity − Infinity: so the whole line becomes NaN,
 * as it should.
 */
export const lineFunctions: Readonly<Record<LineName, LineFunction>> = {
  softmax: {
    tensors: 2,
    emit(m, lines) {
      const largest = lines.maximum((part) => part.load(0))
      const sum = lines.total((part) => {
        const exponential = exp(m, m.sub(part.load(0), largest))
        part.store(1, exponential)
        return exponential
      })
      const factor = m.div(1, sum)
      lines.each((part) => part.store(1, m.mul(part.load(1), factor)))
    },
  },
  softmaxGrad: {
    tensors: 3,
    emit(m, lines) {
      const mean = lines.total((part) => m.mul(part.load(0), part.load(1)))
      lines.each((part) => part.store(2, m.mul(part.load(1), m.sub(part.load(0), mean))))
    },
  },
  logSoftmax: {
    tensors: 2,
    emit(m, lines) {
      const largest = lines.maximum((part) => part.load(0))
      const logarithm = log(
        m,
        lines.total((part) => exp(m, m.sub(part.load(0), largest))),
      )
      lines.each((part) => part.store(1, m.sub(m.sub(part.load(0), largest), logarithm)))
    },
  },
  logSoftmaxGrad: {
    tensors: 3,
    emit(m, lines) {
      const sum = lines.total((part) => part.load(0))
      lines.each((part) => part.store(2, m.sub(part.load(0), m.mul(exp(m, part.load(1)), sum))))
    },
  },
}
