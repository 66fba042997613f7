import { expect, test } from 'vitest'
import * as core from './index.ts'
import * as reference from './reference/index.ts'

test('the public names exist', () => {
  const functions =
    `tensor scalar zeros ones full eye arange linspace zerosLike onesLike variable setBackend getBackend
    withBackend tidy keep memory defineOp defineArith defineOpWith kernelKey grad valueAndGrad vjp jvp jacobian
    hessian hvp checkpoint stopGradient
    customGradient checkGradients setSeed Tensor Variable GradientTape add matmul softmax logSumExp where gather
    scatterAdd concat`.split(/\s+/)
  const errors =
    `ShapeError DTypeError ArgumentError IndexError DisposedError BackendMismatchError UnsupportedError
    SerializationError OutOfMemoryError BackendLostError TapegradError`.split(/\s+/)
  const exported: Readonly<Record<string, unknown>> = core
  for (const name of [...functions, ...errors])
    expect([name, typeof exported[name]]).toEqual([name, 'function'])
  for (const name of ['uniform', 'normal', 'truncatedNormal', 'bernoulli', 'permutation', 'Generator']) {
    expect([name, typeof core.random[name as keyof typeof core.random]]).toEqual([name, 'function'])
  }
  expect(reference.referenceBackend().name).toBe('reference')
})

test('importing core changes nothing: no backend is made', () => {
  expect(() => core.getBackend()).toThrow(core.ArgumentError)
})
