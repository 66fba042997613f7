import { describe, expect, test } from 'vitest'
import { FunctionBuilder, importedFunction } from './function-builder.ts'
import { compile } from './instantiate.ts'

const memory = new WebAssembly.Memory({ initial: 1 })
const bytes = (fn: FunctionBuilder) => fn.encode(() => 0)

describe('encoding', () => {
  test('an empty function is no locals and end', () => {
    expect(bytes(new FunctionBuilder('empty', []))).toEqual([0x00, 0x0b])
  })

  test('locals come after parameters', () => {
    const fn = new FunctionBuilder('add', ['i32', 'i32'], ['i32'])
    const sum = fn.local('i32')
    fn.op('i32.add', ...fn.params)
      .set(sum)
      .get(sum)
    expect(bytes(fn)).toEqual([0x01, 0x01, 0x7f, 0x20, 0, 0x20, 1, 0x6a, 0x21, 2, 0x20, 2, 0x0b])
  })

  test('constants', () => {
    const fn = new FunctionBuilder('constants', [])
    fn.i32(-1).drop().i64(-1n).drop().f32(1).drop().f64(1).drop()
    expect(bytes(fn)).toEqual(
      [0x00, 0x41, 0x7f, 0x1a, 0x42, 0x7f, 0x1a].concat(
        [0x43, 0, 0, 0x80, 0x3f, 0x1a, 0x44, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x1a],
        0x0b,
      ),
    )
  })

  test('memory instructions carry alignment 0 and the offset', () => {
    const fn = new FunctionBuilder('move', ['i32'])
    const [p] = fn.params
    fn.get(p).load('v128.load', p, 200).storeStack('v128.store', 16)
    expect(bytes(fn)).toEqual([0x00, 0x20, 0, 0x20, 0, 0xfd, 0x00, 0, 0xc8, 0x01, 0xfd, 0x0b, 0, 16, 0x0b])
  })

  test('branches count the blocks between', () => {
    const fn = new FunctionBuilder('branches', [])
    fn.block((leave) => {
      fn.loop((again) => {
        fn.branch(again).branch(leave)
      })
    })
    expect(bytes(fn)).toEqual([0x00, 0x02, 0x40, 0x03, 0x40, 0x0c, 0, 0x0c, 1, 0x0b, 0x0b, 0x0b])
  })
})

describe('running', () => {
  test('numbers become constants of the type that the instruction takes', () => {
    const fn = new FunctionBuilder('scale', ['f64'], ['f64'])
    fn.op('f64.mul', fn.params[0], 2.5).op('f64.add', 1)
    expect(compile({ scale: fn }, memory).scale(4)).toBe(11)
  })

  test.each([
    [0, 0, 1, 0],
    [0, 1, 1, 0],
    [0, 10, 1, 45],
    [0, 10, 3, 18],
    [-4, 5, 2, 0],
    [5, -5, 1, 0],
  ])('forRange from %i to %i by %i', (from, to, step, expected) => {
    const fn = new FunctionBuilder('range', ['i32', 'i32', 'i32'], ['i32'])
    const i = fn.local('i32')
    const sum = fn.local('i32')
    fn.forRange(i, fn.params[0], fn.params[1], fn.params[2], () => fn.op('i32.add', sum, i).set(sum))
    fn.get(sum)
    expect(compile({ range: fn }, memory).range(from, to, step)).toBe(expected)

    const fixed = new FunctionBuilder('fixed', [], ['i32'])
    const [j, total] = [fixed.local('i32'), fixed.local('i32')]
    fixed.forRange(j, from, to, step, () => fixed.op('i32.add', total, j).set(total))
    fixed.get(total)
    expect(compile({ fixed }, memory).fixed()).toBe(expected)
  })

  test('repeat counts down to zero', () => {
    const fn = new FunctionBuilder('power', ['i32'], ['i32'])
    const result = fn.local('i32')
    fn.set(result, 1).repeat(fn.params[0], () => fn.op('i32.mul', result, 3).set(result))
    fn.get(result)
    const { power } = compile({ power: fn }, memory)
    expect([0, 1, 5].map(power)).toEqual([1, 3, 243])
  })

  test('if with values, block with an early exit, return, select', () => {
    const abs = new FunctionBuilder('abs', ['i32'], ['i32'])
    const [x] = abs.params
    abs.op('i32.lt_s', x, 0).if(
      () => abs.i32(0).op('i32.sub', x),
      () => abs.get(x),
      'i32',
    )
    const firstZero = new FunctionBuilder('firstZero', ['i32'], ['i32'])
    const [address] = firstZero.params
    const count = firstZero.local('i32')
    firstZero.block((leave) => {
      firstZero.loop((again) => {
        firstZero.load('i32.load8_u', address).op('i32.eqz').branchIf(leave)
        firstZero.advance(address, 1).advance(count, 1).branch(again)
      })
    })
    firstZero.get(count).return()
    const larger = new FunctionBuilder('larger', ['f32', 'f32'], ['f32'])
    const [a, b] = larger.params
    larger.get(a).get(b).op('f32.gt', a, b).select()

    new Uint8Array(memory.buffer).set([7, 7, 7, 0], 100)
    const run = compile({ abs, firstZero, larger }, memory)
    expect([-5, 5, 0].map(run.abs)).toEqual([5, 5, 0])
    expect(run.firstZero(100)).toBe(3)
    expect([run.larger(1, 2), run.larger(2, 1)]).toEqual([2, 2])
  })

  test('calls: other functions, recursion, host functions', () => {
    const factorial = new FunctionBuilder('factorial', ['f64'], ['f64'])
    const [n] = factorial.params
    factorial.op('f64.le', n, 1).if(
      () => factorial.f64(1),
      () => factorial.get(n).op('f64.sub', n, 1).call(factorial).op('f64.mul'),
      'f64',
    )
    const pow = importedFunction('pow', ['f64', 'f64'], ['f64'])
    const fn = new FunctionBuilder('factorialSquared', ['f64'], ['f64'])
    fn.call(factorial, fn.params[0]).call(pow, 2)
    const { factorialSquared, ...others } = compile({ factorialSquared: fn }, memory, { pow: Math.pow })
    expect(factorialSquared(5)).toBe(14400)
    expect(others).toEqual({})
  })

  test('i64 crosses as bigint', () => {
    const fn = new FunctionBuilder('add', ['i64'], ['i64'])
    fn.op('i64.add', fn.params[0], 5)
    const { add } = compile({ add: fn }, memory)
    expect(add(2n ** 40n)).toBe(2n ** 40n + 5n)
  })

  test('memory.copy and memory.fill', () => {
    const fn = new FunctionBuilder('copyThenFill', ['i32', 'i32', 'i32'])
    const [to, from, count] = fn.params
    fn.bulk('memory.copy', to, from, count).bulk('memory.fill', from, 9, count)
    const data = new Uint8Array(memory.buffer)
    data.set([1, 2, 3, 4], 32)
    compile({ copyThenFill: fn }, memory).copyThenFill(64, 32, 3)
    expect([...data.subarray(64, 68)]).toEqual([1, 2, 3, 0])
    expect([...data.subarray(32, 36)]).toEqual([9, 9, 9, 4])
  })
})

describe('vectors', () => {
  const f32 = new Float32Array(memory.buffer)
  const run = (emit: (fn: FunctionBuilder) => void): number[] => {
    const fn = new FunctionBuilder('vector', [])
    fn.i32(0)
    emit(fn)
    fn.storeStack('v128.store', 256)
    compile({ vector: fn }, memory).vector()
    return [...f32.subarray(64, 68)]
  }

  test('constants on the stack and in locals', () => {
    expect(run((fn) => fn.v128('f32x4', 1, 2, 3, 4))).toEqual([1, 2, 3, 4])
    expect(run((fn) => fn.v128('i32x4', 0x3f800000))).toEqual([1, 1, 1, 1])
    expect(
      run((fn) => fn.op('f32x4.add', fn.constant('f32x4', 1.5), fn.constant('f32x4', 0, 1, 2, 3))),
    ).toEqual([1.5, 2.5, 3.5, 4.5])
  })

  test('a constant is made once', () => {
    const fn = new FunctionBuilder('constants', [])
    expect(fn.constant('f32x4', 2)).toBe(fn.constant('f32x4', 2, 2, 2, 2))
    expect(fn.constant('f32x4', 0)).not.toBe(fn.constant('f32x4', -0))
  })

  test('lanes', () => {
    expect(run((fn) => fn.lane('f32x4.replace_lane', 2, fn.constant('f32x4', 1, 2, 3, 4), -3))).toEqual([
      1, 2, -3, 4,
    ])
    expect(
      run((fn) => fn.lane('f32x4.extract_lane', 3, fn.constant('f32x4', 1, 2, 3, 4)).op('f32x4.splat')),
    ).toEqual([4, 4, 4, 4])
  })

  test('loads that repeat or add zeros, lane loads and stores', () => {
    f32.set([5, 6, 7, 8], 0)
    const at = (fn: FunctionBuilder) => fn.local('i32')
    expect(run((fn) => fn.load('v128.load32_splat', at(fn), 4))).toEqual([6, 6, 6, 6])
    expect(run((fn) => fn.load('v128.load64_zero', at(fn), 8))).toEqual([7, 8, 0, 0])
    expect(run((fn) => fn.loadLane('v128.load32_lane', 1, at(fn), fn.constant('f32x4', 1), 12))).toEqual([
      1, 8, 1, 1,
    ])
    run((fn) => {
      fn.storeLane('v128.store32_lane', 2, at(fn), fn.constant('f32x4', 1, 2, 3, 4), 20)
      fn.v128('f32x4', 0)
    })
    expect(f32[5]).toBe(3)
  })

  test('shuffles by lanes of 32 bits and of 64', () => {
    const pair = (fn: FunctionBuilder) =>
      [fn.constant('f32x4', 0, 1, 2, 3), fn.constant('f32x4', 4, 5, 6, 7)] as const
    expect(run((fn) => fn.shuffle([0, 4, 1, 5], ...pair(fn)))).toEqual([0, 4, 1, 5])
    expect(run((fn) => fn.shuffle([3, 0], ...pair(fn)))).toEqual([6, 7, 0, 1])
  })

  test('a function may return a vector to another one', () => {
    const splat = new FunctionBuilder('splat', ['f32'], ['v128'])
    splat.op('f32x4.splat', splat.params[0])
    expect(run((fn) => fn.call(splat, 7))).toEqual([7, 7, 7, 7])
  })
})

describe('mistakes', () => {
  const fn = () => new FunctionBuilder('broken', ['i32'], ['i32'])

  test('a stack of the wrong types is a CompileError with the name of the function', () => {
    const right = new FunctionBuilder('right', [])
    const broken = fn()
    broken.f32(1)
    expect(() => compile({ right, exported: broken }, memory)).toThrow(WebAssembly.CompileError)
    expect(() => compile({ right, exported: broken }, memory)).toThrow(/"broken"/)
  })

  test('operands of the wrong type or number', () => {
    const f = fn()
    expect(() => f.op('f32x4.add', f.params[0])).toThrow('broken: operand 1 of f32x4.add is v128, not i32')
    expect(() => f.op('i32.eqz', f.params[0], f.params[0])).toThrow('i32.eqz takes 1 operands, not 2')
    expect(() => f.op('f32x4.add', 1)).toThrow('constant()')
  })

  test('locals of another function', () => {
    expect(() => fn().get(fn().params[0])).toThrow('broken: a local of another function')
  })

  test('branches to a block that has ended', () => {
    const f = fn()
    let ended = { depth: 0 }
    f.block((leave) => {
      ended = leave
    })
    expect(() => f.block(() => f.branch(ended))).toThrow('not open')
  })

  test('a wrong number of lanes', () => {
    expect(() => fn().v128('f32x4', 1, 2)).toThrow('f32x4 has 4 lanes')
    expect(() => fn().shuffle([0, 1, 2])).toThrow('not 3')
  })
})
