import { beforeEach, expect, test } from 'vitest'
import { checkGradients } from '../autodiff/check-gradients.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DisposedError } from '../errors/index.ts'
import { tensor } from '../tensor/create.ts'
import { checkValues, expectBalanced, testBackends } from './movement-test-cases.ts'
import { nanToNum } from './nan-to-num.ts'

beforeEach(() => setBackend(testBackends[0]!))

const wild = [Number.NaN, Infinity, -Infinity, -0, 2.5]

test('replaces what is not finite', () => {
  for (const backend of testBackends) {
    const x = tensor(wild, { backend })
    expect([...nanToNum(x).dataSync()]).toEqual([0, 3.4028234663852886e38, -3.4028234663852886e38, -0, 2.5])
    const double = tensor(wild, { dtype: 'float64', backend })
    expect([...nanToNum(double).dataSync()]).toEqual([0, Number.MAX_VALUE, -Number.MAX_VALUE, -0, 2.5])
    const replaced = nanToNum(x, { nan: -1, posInf: 7, negInf: -7 })
    expect([...replaced.dataSync()]).toEqual([-1, 7, -7, -0, 2.5])
    expect([...nanToNum(x, { nan: Infinity }).dataSync()].slice(0, 2)).toEqual([
      Infinity,
      3.4028234663852886e38,
    ])
    expectBalanced(() => nanToNum(x))
  }
})

test.each([[[]], [[5]], [[2, 0, 3]], [[2, 1, 3, 2, 1]]])(
  'leaves finite numbers of every dtype: %j',
  (shape) => {
    checkValues(
      shape,
      (x) => nanToNum(x),
      (x) => x,
    )
  },
)

test('has gradients of both orders', async () => {
  for (const backend of testBackends) {
    const x = tensor([-1.3, 0.4, 2], { dtype: 'float64', backend })
    await checkGradients((y) => nanToNum(y!), [x], { order: 2 })
  }
})

test('refuses bad arguments', () => {
  expect(() => nanToNum([1] as never)).toThrow(ArgumentError)
  expect(() => nanToNum(tensor([1]), { posinf: 1 } as never)).toThrow(/did you mean posInf/)
  expect(() => nanToNum(tensor([1]), { nan: '0' } as never)).toThrow(/nan is not a number/)
  const gone = tensor([1])
  gone.dispose()
  expect(() => nanToNum(gone)).toThrow(DisposedError)
})
