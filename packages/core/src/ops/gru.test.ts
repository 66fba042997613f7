import { beforeEach, describe, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import type { Backend } from '../backend/backend.ts'
import { setBackend } from '../backend/current.ts'
import {
  ArgumentError,
  BackendMismatchError,
  DisposedError,
  DTypeError,
  ShapeError,
} from '../errors/index.ts'
import { ones, tensor, zeros } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { type GruOptions, gru } from './gru.ts'
import { gruGradKernel, gruKernel } from './gru-kernel.ts'
import { addKernels, type Plain, step } from './gru-test-cases.ts'
import { hardSigmoid } from './hard-sigmoid.ts'
import { backendsWith, expectCleanFailure, failingKernel } from './kernel-test-cases.ts'
import { expectBalanced, testBackends } from './movement-test-cases.ts'
import { checkBothOrders, expectClose } from './neural-test-cases.ts'
import { wave } from './norm-test-cases.ts'
import {
  empty,
  inRows,
  maskOf,
  type Network,
  networks,
  plus,
  rowsOfTensor,
  runPlain,
  sequences,
  times,
  weights,
} from './recurrent-test-cases.ts'
import { relu } from './relu.ts'
import { square } from './square.ts'
import { sum } from './sum.ts'

beforeEach(() => setBackend(testBackends[0]!))

function made(
  { batch, features, units }: Network,
  backend: Backend,
  resetAfter: boolean,
): { kernel: Tensor; recurrentKernel: Tensor; bias: Tensor; initialState: Tensor } {
  return {
    kernel: weights([features, 3 * units], 1, backend),
    recurrentKernel: weights([units, 3 * units], 2, backend),
    bias: weights(resetAfter ? [2, 3 * units] : [3 * units], 3, backend),
    initialState: weights([batch, units], 4, backend),
  }
}

const listed = ({ outputs, state }: ReturnType<typeof gru>): Tensor[] => [outputs, state]

describe.each([...networks, ...empty])('$batch × $time × $features to $units, mask $mask', (network) => {
  const { batch, time, units } = network

  test.each([
    { resetAfter: true, goBackwards: false },
    { resetAfter: true, goBackwards: true },
    { resetAfter: false, goBackwards: false },
    { resetAfter: false, goBackwards: true },
  ])(
    'agrees with plain loops: resetAfter $resetAfter, goBackwards $goBackwards',
    ({ resetAfter, goBackwards }) => {
      const ran = { value: 0, gradient: 0 }
      for (const backend of [...testBackends, ...backendsWith((each) => addKernels(each, ran))]) {
        const given = made(network, backend, resetAfter)
        const kernel = rowsOfTensor(given.kernel)
        const [first, second] = inRows([...given.bias.dataSync()], 3 * units)
        const plain = {
          recurrent: rowsOfTensor(given.recurrentKernel),
          bias: resetAfter ? (second ?? []) : null,
        }
        const starts = rowsOfTensor(given.initialState)
        for (const x of sequences(network, backend)) {
          const options: GruOptions = { ...given, mask: maskOf(network, backend), goBackwards, resetAfter }
          const result = gru(x, options)
          const expected = runPlain(
            network,
            [...x.dataSync()],
            (b) => [starts[b] ?? []],
            goBackwards,
            (input, [h]) => [
              step(
                (first ?? []).map((value, i) => value + (times(input, kernel)[i] ?? 0)),
                h!,
                plain,
              ).h,
            ],
          )
          expect(result.outputs.shape).toEqual([batch, time, units])
          expect(result.state.shape).toEqual([batch, units])
          expectClose(result.outputs.dataSync(), expected.outputs, { dtype: 'float64' })
          expectClose(result.state.dataSync(), expected.states[0] ?? [], { dtype: 'float64' })
          expectBalanced(() => listed(gru(x, options)))
          const { kernel: k, recurrentKernel } = given
          expectBalanced(() => listed(gru(x, { kernel: k, recurrentKernel, resetAfter })))
        }
      }
      expect(ran.value > 0).toBe(resetAfter && batch * time * units > 0)
    },
  )
})

test('begins at 0 and without biases by default, with every kernel', () => {
  const backends = backendsWith((each) => addKernels(each, { value: 0, gradient: 0 }))
  for (const backend of [...testBackends, ...backends]) {
    const weighed = { kernel: ones([1, 6], { backend }), recurrentKernel: ones([2, 6], { backend }) }
    const x = tensor([[[1], [-1]]], { backend })
    const bias = zeros([2, 6], { backend })
    const explicit = gru(x, { ...weighed, bias, initialState: zeros([1, 2], { backend }) })
    expect(gru(x, weighed).outputs.arraySync()).toEqual(explicit.outputs.arraySync())
  }
})

test.each([true, false])(
  'takes other activations, and does not call a kernel then: resetAfter %s',
  (resetAfter) => {
    const ran = { value: 0, gradient: 0 }
    const [network] = networks.slice(1) as [Network]
    for (const backend of backendsWith((each) => addKernels(each, ran))) {
      const given = made(network, backend, resetAfter)
      const x = weights([2, 3, 2], 6, backend)
      const out = gru(x, { ...given, resetAfter, activation: relu, recurrentActivation: hardSigmoid }).outputs
      const [rows, kernel] = [inRows([...x.dataSync()], 2), rowsOfTensor(given.kernel)]
      const [first, second] = inRows([...given.bias.dataSync()], 9)
      const plain: Plain = {
        recurrent: rowsOfTensor(given.recurrentKernel),
        bias: resetAfter ? second! : null,
        activation: (v) => Math.max(v, 0),
        gate: (v) => Math.min(Math.max(v / 6 + 0.5, 0), 1),
      }
      let h = rowsOfTensor(given.initialState)[0]!
      const expected = [0, 1, 2].flatMap((t) => {
        h = step(plus(first!, times(rows[t]!, kernel)), h, plain).h
        return h
      })
      expectClose(out.dataSync().subarray(0, 9), expected, { dtype: 'float64' })
    }
    expect(ran.value).toBe(0)
  },
)

test('is right at special values: gates saturate, and steps that do not count may hold anything', () => {
  for (const backend of testBackends) {
    const kernel = tensor([[-1, 1, 1]], { backend })
    const weighed = { kernel, recurrentKernel: zeros([1, 3], { backend }) }
    const x = tensor([[[1000], [Number.NaN], [-1000]]], { backend })
    const mask = tensor([[true, false, true]], { backend })
    expect(gru(x, { ...weighed, mask }).outputs.arraySync()).toEqual([[[1], [1], [1]]])
    expect(gru(x, weighed).state.arraySync()).toEqual([[Number.NaN]])
  }
})

test.each(testBackends)('steps that do not count have no part in gradients, NaN included', (backend) => {
  const mask = tensor([[true, false]], { backend })
  const gradientsWith = (ignored: number): unknown =>
    grad((x: Tensor, kernel: Tensor, recurrentKernel: Tensor) =>
      sum(gru(x, { kernel, recurrentKernel, mask }).outputs),
    )(tensor([[[1], [ignored]]], { backend }), ones([1, 3], { backend }), ones([1, 3], { backend })).map(
      (g) => g.arraySync(),
    )
  expect(gradientsWith(Number.NaN)).toEqual(gradientsWith(0))
})

test('computes in the common float dtype', () => {
  const weighed = { kernel: ones([1, 3]), recurrentKernel: ones([1, 3]) }
  const x = ones([1, 2, 1], { dtype: 'int32' })
  expect(listed(gru(x, weighed)).map(({ dtype }) => dtype)).toEqual(['float32', 'float32'])
  const initialState = zeros([1, 1], { dtype: 'float64' })
  expect(listed(gru(x, { ...weighed, initialState })).map(({ dtype }) => dtype)).toEqual([
    'float64',
    'float64',
  ])
})

describe('gradients', () => {
  const inputs = (resetAfter: boolean) => [
    { shape: [2, 2, 1], values: wave(4) },
    { shape: [1, 6], values: wave(6, 1) },
    { shape: [2, 6], values: wave(12, 2) },
    resetAfter ? { shape: [2, 6], values: wave(12, 3) } : { shape: [6], values: wave(6, 3) },
    { shape: [2, 2], values: wave(4, 4) },
  ]
  const run = (
    xs: readonly Tensor[],
    options: Pick<GruOptions, 'mask' | 'goBackwards' | 'resetAfter'>,
  ): Tensor => {
    const [x, kernel, recurrentKernel, bias, initialState] = xs as [Tensor, Tensor, Tensor, Tensor, Tensor]
    const { outputs, state } = gru(x, { kernel, recurrentKernel, bias, initialState, ...options })
    return add(sum(square(outputs)), sum(square(state)))
  }

  test.each([
    { resetAfter: true, masked: false },
    { resetAfter: true, masked: true },
    { resetAfter: false, masked: false },
    { resetAfter: false, masked: true },
  ])(
    'of both orders flow to all tensors: resetAfter $resetAfter, masked $masked',
    async ({ resetAfter, masked }) => {
      const ran = { value: 0, gradient: 0 }
      for (const backend of [...testBackends, ...backendsWith((each) => addKernels(each, ran))]) {
        const mask = masked
          ? tensor(
              [
                [false, true],
                [true, false],
              ],
              { backend },
            )
          : null
        const f = (...xs: Tensor[]): Tensor => run(xs, { mask, resetAfter, goBackwards: masked })
        await checkBothOrders(f, inputs(resetAfter), [backend])
      }
      expect(Math.min(ran.value, ran.gradient) > 0).toBe(resetAfter)
    },
  )

  test('of the fused kernel are those of the composition, also where only one kernel is there', () => {
    const ran = { value: 0, gradient: 0 }
    const gradients = (backend: Backend): number[] =>
      [
        grad((...xs: Tensor[]) => run(xs, {}))(
          ...inputs(true).map(({ shape, values }) => tensor(values, { shape, dtype: 'float64', backend })),
        ),
      ]
        .flat()
        .flatMap((g) => [...g.dataSync()])
    const expected = gradients(testBackends[0]!)
    for (const backend of backendsWith((each) => addKernels(each, ran))) {
      expectClose(gradients(backend), expected, { dtype: 'float64' })
      backend.kernels.delete(gruGradKernel)
      expectClose(gradients(backend), expected, { dtype: 'float64' })
    }
    expect(ran).toEqual({ value: 4, gradient: 2 })
  })
})

test('leaves nothing behind where a kernel fails', () => {
  const [backend] = backendsWith((each) => addKernels(each, { value: 0, gradient: 0 })) as [Backend]
  const weighed = { kernel: ones([1, 3], { backend }), recurrentKernel: ones([1, 3], { backend }) }
  const x = ones([1, 2, 1], { backend })
  backend.kernels.set(gruGradKernel, failingKernel)
  expectCleanFailure(() => grad((y: Tensor) => sum(square(gru(y, weighed).outputs)))(x))
  backend.kernels.set(gruKernel, failingKernel)
  expectCleanFailure(() => gru(x, weighed).outputs)
})

test('refuses wrong arguments', () => {
  const x = ones([2, 3, 4])
  const given = { kernel: ones([4, 6]), recurrentKernel: ones([2, 6]) }
  const wrong = (options: unknown) => () => gru(x, { ...given, ...(options as object) })
  expect(() => gru([1] as never, given)).toThrow(ArgumentError)
  expect(() => gru(ones([2, 4]), given)).toThrow(/gru: x is not a batch of sequences/)
  expect(() => gru(x, { kernel: given.kernel } as never)).toThrow(/recurrentKernel is not a tensor/)
  expect(wrong({ kernel: ones([4, 8]) })).toThrow(/kernel of shape \[4, 6\]/)
  expect(wrong({ recurrentKernel: ones([2, 8]) })).toThrow(ShapeError)
  expect(wrong({ bias: ones([6]) })).toThrow(/bias of shape \[2, 6\]/)
  expect(wrong({ bias: ones([2, 6]), resetAfter: false })).toThrow(/bias of shape \[6\]/)
  expect(wrong({ initialState: [ones([2, 2])] })).toThrow(/initialState is not a tensor/)
  expect(wrong({ initialState: ones([2, 3]) })).toThrow(/initialState of shape \[2, 2\]/)
  expect(wrong({ mask: ones([2, 3], { dtype: 'int32' }) })).toThrow(DTypeError)
  expect(wrong({ mask: ones([3, 2], { dtype: 'bool' }) })).toThrow(/a value for each step/)
  expect(wrong({ recurrentActivation: null })).toThrow(/recurrentActivation is not a function/)
  expect(wrong({ resetAfter: 0 })).toThrow(/resetAfter is not a boolean/)
  expect(wrong({ reset_after: true })).toThrow(/did you mean resetAfter\?/)
  expect(wrong({ bias: ones([2, 6], { backend: testBackends[1]! }) })).toThrow(BackendMismatchError)
  x.dispose()
  expect(wrong({})).toThrow(DisposedError)
})
