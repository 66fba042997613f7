import { describe, expect, test } from 'vitest'
import { plainInstructions, type ValueType } from './instructions.ts'
import { signedLeb128, unsignedLeb128 } from './leb128.ts'
import { ModuleBuilder } from './module-builder.ts'

const memory = () => new WebAssembly.Memory({ initial: 1 })

test('LEB128 as the specification writes it', () => {
  expect(unsignedLeb128(0)).toEqual([0])
  expect(unsignedLeb128(624485)).toEqual([0xe5, 0x8e, 0x26])
  expect(unsignedLeb128(2 ** 32 - 1)).toEqual([0xff, 0xff, 0xff, 0xff, 0x0f])
  expect(signedLeb128(-123456)).toEqual([0xc0, 0xbb, 0x78])
  expect(signedLeb128(63)).toEqual([63])
  expect(signedLeb128(64)).toEqual([0xc0, 0])
  expect(signedLeb128(-1)).toEqual([0x7f])
})

test('the smallest module has the known bytes', () => {
  const module = new ModuleBuilder()
  module.function('f', ['i32'], ['i32']).get(0 as never)
  expect([...module.encode()]).toEqual([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 6, 1, 0x60, 1, 0x7f, 1, 0x7f, 2, 15, 1, 3, 101, 110, 118, 6, 109, 101,
    109, 111, 114, 121, 2, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 6, 1, 4, 0, 0x20, 0, 0x0b,
  ])
})

/** What each instruction takes and gives, read off its name. */
function signatureOf(name: string): { takes: ValueType[]; gives: ValueType[] } | undefined {
  const [type, action] = name.split('.') as [string, string]
  if (action === undefined || name === 'select') return undefined
  const isVector = /x\d+$/.test(type) || type === 'v128'
  const binary =
    /^(add|sub|mul|div|rem|and|or|xor|shl|shr|eq$|ne$|lt|gt|le|ge|min|max|pmin|pmax|copysign|andnot|narrow)/.test(
      action,
    )
  if (action === 'splat') {
    const scalar: Record<string, ValueType> = { f32x4: 'f32', f64x2: 'f64', i64x2: 'i64' }
    return { takes: [scalar[type] ?? 'i32'], gives: ['v128'] }
  }
  if (isVector) {
    if (action === 'bitselect') return { takes: ['v128', 'v128', 'v128'], gives: ['v128'] }
    if (/any_true|all_true|bitmask/.test(action)) return { takes: ['v128'], gives: ['i32'] }
    if (/^sh[lr]/.test(action)) return { takes: ['v128', 'i32'], gives: ['v128'] }
    return { takes: binary ? ['v128', 'v128'] : ['v128'], gives: ['v128'] }
  }
  const scalar = type as ValueType
  const converted = /_(i32|f32|f64)(_[su])?$/.exec(action)
  if (converted !== null && /convert|demote|promote|reinterpret|trunc_sat/.test(action)) {
    return { takes: [converted[1] as ValueType], gives: [scalar] }
  }
  const compares = /^(eq$|ne$|lt|gt|le|ge)/.test(action)
  if (action === 'eqz') return { takes: ['i32'], gives: ['i32'] }
  return { takes: binary ? [scalar, scalar] : [scalar], gives: [compares ? 'i32' : scalar] }
}

describe('every instruction has the types that its name says', () => {
  test.each(plainInstructions.filter((name) => signatureOf(name) !== undefined))('%s', (name) => {
    const { takes, gives } = signatureOf(name)!
    const module = new ModuleBuilder()
    const fn = module.function('f', takes, gives)
    takes.forEach((_, i) => fn.get(fn.parameter(i)))
    fn.op(name)
    expect(WebAssembly.validate(module.encode())).toBe(true)
  })
})

test('loops, blocks, conditions and calls', () => {
  const module = new ModuleBuilder()
  const double = module.import('double', ['i32'], ['i32'], (x) => 2 * x!)
  const sum = module.function('sum', ['i32'], ['i32'])
  const n = sum.parameter(0)
  const total = sum.local('i32')
  sum.countDown(n, () => sum.get(total).get(n).op('i32.add').set(total)).get(total)
  const capped = module.function('capped', ['i32'], ['i32'])
  const result = capped.local('i32')
  capped
    .get(capped.parameter(0))
    .call(sum)
    .call(double)
    .tee(result)
    .i32(100)
    .op('i32.gt_s')
    .if(
      () => capped.i32(100).set(result),
      () => capped.increment(result, 1),
    )
    .get(result)
  const functions = module.instantiate(memory())
  expect(functions['sum']!(10)).toBe(55)
  expect(functions['sum']!(0)).toBe(0)
  expect(functions['sum']!(-3)).toBe(0)
  expect(functions['capped']!(3)).toBe(13)
  expect(functions['capped']!(20)).toBe(100)
})

test('vectors, lanes, shuffles and constants', () => {
  const module = new ModuleBuilder()
  const fn = module.function('f', ['i32', 'i32'], ['f32'])
  const [from, to] = [fn.parameter(0), fn.parameter(1)]
  const x = fn.local('v128')
  fn.get(from).load('v128.load').f32x4(0.5).op('f32x4.mul').set(x)
  fn.get(to).get(x).get(x).shuffle32(3, 2, 5, 4).store('v128.store', 16)
  fn.get(x).lane('f32x4.extract_lane', 2)
  const shared = memory()
  const floats = new Float32Array(shared.buffer)
  floats.set([2, 4, 6, 8], 1)
  expect(module.instantiate(shared)['f']!(4, 32)).toBe(3)
  expect([...floats.slice(12, 16)]).toEqual([4, 3, 2, 1])
})

test('invalid code names the function', () => {
  const module = new ModuleBuilder()
  module.function('broken', [], ['i32']).f32(1)
  expect(() => module.instantiate(memory())).toThrow(/emitted code of broken is not valid/)
})
