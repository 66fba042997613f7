import { expect, test } from 'vitest'
import fixture from '../../fixtures/keras-spatial.json' with { type: 'json' }
import type { Backend } from '../backend/backend.ts'
import { tensor } from '../tensor/create.ts'
import { sizeOf } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import * as convolution from './convolution.ts'
import { testBackends } from './movement-test-cases.ts'
import { expectClose } from './neural-test-cases.ts'
import * as pooling from './pooling.ts'

/** A call of Keras's function, and what it gave. */
interface KerasCall {
  readonly op: string
  /** The inputs' shapes: element i of input n is sin(1.7·i + n). */
  readonly inputs: readonly (readonly number[])[]
  readonly options: Readonly<Record<string, unknown>>
  readonly shape: readonly number[]
  readonly values: readonly number[]
}

const calls: readonly KerasCall[] = fixture.calls
const ops = { ...convolution, ...pooling } as unknown as Readonly<
  Record<string, (...args: unknown[]) => Tensor>
>

function waves(shape: readonly number[], phase: number, backend: Backend): Tensor {
  const values = Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(1.7 * i + phase))
  return tensor(values, { shape, dtype: 'float64', backend })
}

test.each(calls)('$op of $inputs with $options is as in Keras', ({ op, inputs, options, shape, values }) => {
  for (const backend of testBackends) {
    const y = ops[op]!(...inputs.map((sides, i) => waves(sides, i, backend)), options)
    expect(y.shape).toEqual(shape)
    // The numbers have seven digits.
    expectClose(new Float32Array(y.dataSync()), values, { dtype: 'float32' })
  }
})
