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
import { memory } from '../memory/memory.ts'
import { tidy } from '../memory/scope.ts'
import { ones, tensor, zeros } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { hardSigmoid } from './hard-sigmoid.ts'
import { backendsWith, expectCleanFailure, failingKernel } from './kernel-test-cases.ts'
import { type LstmOptions, lstm } from './lstm.ts'
import { lstmGradKernel, lstmKernel } from './lstm-kernel.ts'
import { type Activation, addKernels, step } from './lstm-test-cases.ts'
import { expectBalanced, testBackends } from './movement-test-cases.ts'
import { mul } from './mul.ts'
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
): Required<Pick<LstmOptions, 'kernel' | 'recurrentKernel'>> & {
  bias: Tensor
  initialState: [Tensor, Tensor]
} {
  return {
    kernel: weights([features, 4 * units], 1, backend),
    recurrentKernel: weights([units, 4 * units], 2, backend),
    bias: weights([4 * units], 3, backend),
    initialState: [weights([batch, units], 4, backend), weights([batch, units], 5, backend)],
  }
}

const listed = ({ outputs, state }: ReturnType<typeof lstm>): Tensor[] => [outputs, ...state]

describe.each([...networks, ...empty])('$batch × $time × $features to $units, mask $mask', (network) => {
  const { batch, time, units } = network

  test.each([false, true])('agrees with plain loops, backwards: %s', (goBackwards) => {
    const ran = { value: 0, gradient: 0 }
    for (const backend of [...testBackends, ...backendsWith((each) => addKernels(each, ran))]) {
      const given = made(network, backend)
      const [kernel, recurrent] = [rowsOfTensor(given.kernel), rowsOfTensor(given.recurrentKernel)]
      const [h, c] = given.initialState.map((part) => inRows([...part.dataSync()], units)) as [
        number[][],
        number[][],
      ]
      const bias = [...given.bias.dataSync()]
      for (const x of sequences(network, backend)) {
        const options = { ...given, mask: maskOf(network, backend), goBackwards }
        const result = lstm(x, options)
        const expected = runPlain(
          network,
          [...x.dataSync()],
          (b) => [h[b] ?? [], c[b] ?? []],
          goBackwards,
          (input, state) =>
            step(
              bias.map(
                (value, i) => value + (times(input, kernel)[i] ?? 0) + (times(state[0]!, recurrent)[i] ?? 0),
              ),
              state[1]!,
            ),
        )
        expect(result.outputs.shape).toEqual([batch, time, units])
        expectClose(result.outputs.dataSync(), expected.outputs, { dtype: 'float64' })
        result.state.forEach((part, i) => {
          expect(part.shape).toEqual([batch, units])
          expectClose(part.dataSync(), expected.states[i] ?? [], { dtype: 'float64' })
        })
        expectBalanced(() => listed(lstm(x, options)))
        expectBalanced(() =>
          listed(lstm(x, { kernel: given.kernel, recurrentKernel: given.recurrentKernel })),
        )
      }
    }
    expect(ran.value > 0).toBe(batch * time * units > 0)
  })
})

test('begins at 0 and without a bias by default', () => {
  const weighed = { kernel: ones([1, 8]), recurrentKernel: ones([2, 8]) }
  const x = tensor([[[1], [-1]]])
  const options = { ...weighed, bias: zeros([8]), initialState: [zeros([1, 2]), zeros([1, 2])] as const }
  expect(lstm(x, weighed).outputs.arraySync()).toEqual(lstm(x, options).outputs.arraySync())
})

test('takes other activations, and does not call a kernel then', () => {
  const ran = { value: 0, gradient: 0 }
  const [network] = networks.slice(1) as [Network]
  const hard: Activation = (v) => Math.min(Math.max(v / 6 + 0.5, 0), 1)
  for (const backend of backendsWith((each) => addKernels(each, ran))) {
    const given = made(network, backend)
    const x = weights([2, 3, 2], 6, backend)
    const out = lstm(x, { ...given, activation: relu, recurrentActivation: hardSigmoid }).outputs
    const rows = inRows([...x.dataSync()], 2)
    const [kernel, recurrent] = [rowsOfTensor(given.kernel), rowsOfTensor(given.recurrentKernel)]
    const bias = [...given.bias.dataSync()]
    let state = given.initialState.map((part) => rowsOfTensor(part)[0]!)
    const expected = [0, 1, 2].flatMap((t) => {
      const z = plus(plus(bias, times(rows[t]!, kernel)), times(state[0]!, recurrent))
      state = step(z, state[1]!, (v) => Math.max(v, 0), hard)
      return state[0]!
    })
    expectClose(out.dataSync().subarray(0, 9), expected, { dtype: 'float64' })
  }
  expect(ran.value).toBe(0)
})

test('is right at special values: gates saturate, and steps that do not count may hold anything', () => {
  for (const backend of testBackends) {
    const weighed = { kernel: ones([1, 4], { backend }), recurrentKernel: zeros([1, 4], { backend }) }
    const x = tensor([[[1000], [Number.NaN], [-1000]]], { backend })
    const mask = tensor([[true, false, true]], { backend })
    const { outputs, state } = lstm(x, { ...weighed, mask })
    expectClose(outputs.dataSync(), [Math.tanh(1), Math.tanh(1), 0], { dtype: 'float32' })
    expectClose(state[1].dataSync(), [0], { dtype: 'float32' })
    expect(lstm(x, weighed).outputs.dataSync()[2]).toBeNaN()
  }
})

test.each(testBackends)('steps that do not count have no part in gradients, NaN included', (backend) => {
  const mask = tensor([[true, false]], { backend })
  const gradientsWith = (ignored: number): unknown =>
    grad((x: Tensor, kernel: Tensor, recurrentKernel: Tensor) =>
      sum(lstm(x, { kernel, recurrentKernel, mask }).outputs),
    )(tensor([[[1], [ignored]]], { backend }), ones([1, 4], { backend }), ones([1, 4], { backend })).map(
      (g) => g.arraySync(),
    )
  expect(gradientsWith(Number.NaN)).toEqual(gradientsWith(0))
})

test('computes in the common float dtype', () => {
  const weighed = { kernel: ones([1, 4]), recurrentKernel: ones([1, 4]) }
  const x = ones([1, 2, 1], { dtype: 'int32' })
  expect(listed(lstm(x, weighed)).map(({ dtype }) => dtype)).toEqual(['float32', 'float32', 'float32'])
  const bias = zeros([4], { dtype: 'float64' })
  expect(listed(lstm(x, { ...weighed, bias })).map(({ dtype }) => dtype)).toEqual(
    new Array(3).fill('float64'),
  )
})

describe('gradients', () => {
  const inputs = [
    { shape: [2, 2, 1], values: wave(4) },
    { shape: [1, 8], values: wave(8, 1) },
    { shape: [2, 8], values: wave(16, 2) },
    { shape: [8], values: wave(8, 3) },
    { shape: [2, 2], values: wave(4, 4) },
    { shape: [2, 2], values: wave(4, 5) },
  ]
  const run = (xs: readonly Tensor[], mask: Tensor | null, goBackwards: boolean): Tensor => {
    const [x, kernel, recurrentKernel, bias, h, c] = xs as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]
    const result = lstm(x, { kernel, recurrentKernel, bias, initialState: [h, c], mask, goBackwards })
    const [outputs, ...state] = listed(result).map((part) => sum(square(part)))
    return state.reduce(add, outputs!)
  }

  test.each([false, true])(
    'of both orders flow to all tensors, composed and fused, masked: %s',
    async (masked) => {
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
        await checkBothOrders((...xs) => run(xs, mask, masked), inputs, [backend])
      }
      expect(Math.min(ran.value, ran.gradient)).toBeGreaterThan(0)
    },
  )

  test('of the fused kernel are those of the composition, also where only one kernel is there', () => {
    const ran = { value: 0, gradient: 0 }
    const gradients = (backend: Backend): number[] =>
      [
        grad((...xs: Tensor[]) => run(xs, null, false))(
          ...inputs.map(({ shape, values }) => tensor(values, { shape, dtype: 'float64', backend })),
        ),
      ]
        .flat()
        .flatMap((g) => [...g.dataSync()])
    const expected = gradients(testBackends[0]!)
    for (const backend of backendsWith((each) => addKernels(each, ran))) {
      expectClose(gradients(backend), expected, { dtype: 'float64' })
      backend.kernels.delete(lstmGradKernel)
      expectClose(gradients(backend), expected, { dtype: 'float64' })
    }
    expect(ran).toEqual({ value: 4, gradient: 2 })
  })
})

test('what a step makes lives as long as the step', () => {
  const weighed = { kernel: ones([1, 4]), recurrentKernel: ones([1, 4]) }
  const alive: number[] = []
  const activation = (x: Tensor): Tensor => {
    alive.push(memory().tensors)
    return relu(x)
  }
  tidy(() => lstm(ones([1, 8, 1]), { ...weighed, activation }))
  const first = alive.filter((_, i) => i % 2 === 0)
  // Of each step an output and a cell are left.
  expect(first.map((count) => count - first[0]!)).toEqual(first.map((_, t) => 2 * t))
})

test('leaves nothing behind where a kernel fails', () => {
  const [backend] = backendsWith((each) => addKernels(each, { value: 0, gradient: 0 })) as [Backend]
  const weighed = { kernel: ones([1, 4], { backend }), recurrentKernel: ones([1, 4], { backend }) }
  const x = ones([1, 2, 1], { backend })
  backend.kernels.set(lstmGradKernel, failingKernel)
  expectCleanFailure(() => grad((y: Tensor) => sum(mul(lstm(y, weighed).outputs, 2)))(x))
  backend.kernels.set(lstmKernel, failingKernel)
  expectCleanFailure(() => lstm(x, weighed).outputs)
})

test('refuses wrong arguments', () => {
  const x = ones([2, 3, 4])
  const given = { kernel: ones([4, 8]), recurrentKernel: ones([2, 8]) }
  const wrong = (options: unknown) => () => lstm(x, { ...given, ...(options as object) })
  expect(() => lstm([1] as never, given)).toThrow(ArgumentError)
  expect(() => lstm(ones([2, 4]), given)).toThrow(/x is not a batch of sequences/)
  expect(() => lstm(x, {} as never)).toThrow(/lstm: kernel is not a tensor/)
  expect(wrong({ kernel: ones([3, 8]) })).toThrow(/kernel of shape \[4, 8\]/)
  expect(wrong({ recurrentKernel: ones([2, 6]) })).toThrow(/recurrentKernel of shape \[2, 8\]/)
  expect(wrong({ recurrentKernel: tensor(1) })).toThrow(ShapeError)
  expect(wrong({ bias: ones([2]) })).toThrow(/bias of shape \[8\]/)
  expect(wrong({ initialState: ones([2, 2]) })).toThrow(/initialState is not a list of two tensors/)
  expect(wrong({ initialState: [ones([2, 2]), ones([2])] })).toThrow(/initialState\[1\] of shape \[2, 2\]/)
  expect(wrong({ mask: ones([2, 3]) })).toThrow(DTypeError)
  expect(wrong({ mask: ones([2, 3, 1], { dtype: 'bool' }) })).toThrow(/a value for each step[\s\S]*\[2, 3\]/)
  expect(wrong({ activation: 'tanh' })).toThrow(/activation is not a function/)
  expect(wrong({ goBackwards: 1 })).toThrow(/goBackwards is not a boolean/)
  expect(wrong({ resetAfter: true })).toThrow(/unknown option "resetAfter"/)
  expect(wrong({ bias: ones([8], { backend: testBackends[1]! }) })).toThrow(BackendMismatchError)
  given.kernel.dispose()
  expect(wrong({})).toThrow(DisposedError)
})
