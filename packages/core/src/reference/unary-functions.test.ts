import { expect, test } from 'vitest'
import { optionalUnaryOps, requiredUnaryOps, type UnaryOp } from '../backend/opcodes.ts'
import { unaryFunctions } from './unary-functions.ts'

const { NaN: nan } = Number

test('has every function', () => {
  const all = [...requiredUnaryOps, ...optionalUnaryOps]
  expect(Object.keys(unaryFunctions).sort()).toEqual([...all].sort())
})

test.each([...requiredUnaryOps, ...optionalUnaryOps])('%s of NaN is NaN', (op) => {
  expect(unaryFunctions[op](nan)).toBeNaN()
})

const specialValues: readonly (readonly [UnaryOp, readonly (readonly [x: number, result: number])[]])[] = [
  [
    'neg',
    [
      [0, -0],
      [-0, 0],
      [Infinity, -Infinity],
      [2, -2],
    ],
  ],
  [
    'abs',
    [
      [-0, 0],
      [-Infinity, Infinity],
      [-2.5, 2.5],
    ],
  ],
  [
    'floor',
    [
      [-0.5, -1],
      [-0, -0],
      [2.9, 2],
      [Infinity, Infinity],
    ],
  ],
  [
    'ceil',
    [
      [-0.5, -0],
      [2.1, 3],
      [-Infinity, -Infinity],
    ],
  ],
  [
    'trunc',
    [
      [-1.7, -1],
      [-0.5, -0],
      [1.7, 1],
      [Infinity, Infinity],
    ],
  ],
  [
    'sqrt',
    [
      [-0, -0],
      [-1, nan],
      [9, 3],
      [Infinity, Infinity],
    ],
  ],
  [
    'rsqrt',
    [
      [0, Infinity],
      [-0, -Infinity],
      [-1, nan],
      [4, 0.5],
      [Infinity, 0],
    ],
  ],
  [
    'exp',
    [
      [-Infinity, 0],
      [0, 1],
      [Infinity, Infinity],
      [710, Infinity],
    ],
  ],
  [
    'expm1',
    [
      [-0, -0],
      [-Infinity, -1],
      [1e-20, 1e-20],
    ],
  ],
  [
    'log',
    [
      [0, -Infinity],
      [-0, -Infinity],
      [1, 0],
      [-1, nan],
      [Infinity, Infinity],
    ],
  ],
  [
    'log1p',
    [
      [-0, -0],
      [-1, -Infinity],
      [-2, nan],
      [1e-20, 1e-20],
    ],
  ],
  [
    'sin',
    [
      [-0, -0],
      [Infinity, nan],
    ],
  ],
  [
    'cos',
    [
      [-0, 1],
      [-Infinity, nan],
    ],
  ],
  [
    'tanh',
    [
      [-0, -0],
      [Infinity, 1],
      [-Infinity, -1],
      [1e4, 1],
    ],
  ],
  [
    'erf',
    [
      [-0, -0],
      [Infinity, 1],
      [-Infinity, -1],
    ],
  ],
  [
    'square',
    [
      [-3, 9],
      [-Infinity, Infinity],
      [-0, 0],
    ],
  ],
  [
    'reciprocal',
    [
      [0, Infinity],
      [-0, -Infinity],
      [-Infinity, -0],
      [4, 0.25],
    ],
  ],
  [
    'sign',
    [
      [-0, -0],
      [0, 0],
      [-7, -1],
      [Infinity, 1],
    ],
  ],
  [
    'relu',
    [
      [-0, 0],
      [-3, 0],
      [3, 3],
      [Infinity, Infinity],
      [-Infinity, 0],
    ],
  ],
  [
    'sigmoid',
    [
      [0, 0.5],
      [Infinity, 1],
      [-Infinity, 0],
      [1e4, 1],
      [-1e4, 0],
    ],
  ],
  [
    'softplus',
    [
      [0, Math.LN2],
      [Infinity, Infinity],
      [-Infinity, 0],
      [1e4, 1e4],
      [-1e4, 0],
    ],
  ],
  [
    'silu',
    [
      [0, 0],
      [Infinity, Infinity],
      [-Infinity, 0],
      [1e4, 1e4],
    ],
  ],
  [
    'gelu',
    [
      [0, 0],
      [Infinity, Infinity],
      [-Infinity, 0],
      [1e4, 1e4],
    ],
  ],
]

test.each(specialValues)('special values of %s', (op, pairs) => {
  for (const [x, result] of pairs) expect([x, unaryFunctions[op](x)]).toEqual([x, result])
})

test('round takes halves to the even integer', () => {
  const x = [-2.5, -1.5, -0.5, -0.2, -0, 0, 0.5, 0.49999999999999994, 1.5, 2.5, 3.2, -3.7]
  expect(x.map(unaryFunctions.round)).toEqual([-2, -2, -0, -0, -0, 0, 0, 0, 2, 2, 3, -4])
  const large = [2 ** 52 - 0.5, 2 ** 52 + 1, 2 ** 53 + 2, -Infinity, Infinity]
  expect(large.map(unaryFunctions.round)).toEqual([2 ** 52, 2 ** 52 + 1, 2 ** 53 + 2, -Infinity, Infinity])
})

/** x, gelu(x), silu(x) and softplus(x), computed with mpmath 1.3 to 300 bits and rounded. */
const activations = [
  [-35.3, -1.0364700546569745e-271, -1.648843718943231e-14, 4.670945379442583e-16],
  [-30, -1.472014178144456e-196, -2.8072868906517896e-12, 9.357622968839737e-14],
  [-5, -1.4332578593959695e-6, -0.03346425462142428, 0.006715348489118068],
  [-1, -0.15865525393145705, -0.2689414213699951, 0.3132616875182228],
  [-0.1, -0.0460172162722971, -0.047502081252106004, 0.6443966600735709],
  [0.5, 0.34573123063700656, 0.3112296656009273, 0.9740769841801067],
  [1, 0.8413447460685429, 0.7310585786300049, 1.3132616875182228],
  [3, 2.99595030590511, 2.8577223804672998, 3.048587351573742],
] as const

test.each(activations)('gelu, silu and softplus of %d keep their digits', (x, gelu, silu, softplus) => {
  expect(Math.abs(unaryFunctions.gelu(x) / gelu - 1)).toBeLessThan(2e-15)
  expect(Math.abs(unaryFunctions.silu(x) / silu - 1)).toBeLessThan(1e-15)
  expect(Math.abs(unaryFunctions.softplus(x) / softplus - 1)).toBeLessThan(1e-15)
})

test('sigmoid neither overflows nor cancels', () => {
  expect(unaryFunctions.sigmoid(-710)).toBeCloseTo(4.47628622567513e-309, 320)
  expect(unaryFunctions.sigmoid(-40) / 4.248354255291589e-18).toBeCloseTo(1, 14)
  expect(unaryFunctions.sigmoid(-1)).toBeCloseTo(0.2689414213699951, 15)
  expect(unaryFunctions.sigmoid(2)).toBeCloseTo(0.8807970779778824, 15)
})
