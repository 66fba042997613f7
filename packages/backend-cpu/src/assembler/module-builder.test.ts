import { expect, test } from 'vitest'
import { FunctionBuilder, importedFunction } from './function-builder.ts'
import { compile, compileModule, instantiate } from './instantiate.ts'
import { buildModule } from './module-builder.ts'

test('the smallest module, byte by byte', () => {
  const one = new FunctionBuilder('one', [], ['i32'])
  one.i32(1)
  expect([...buildModule({ one })]).toEqual(
    [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0].concat(
      [1, 5, 1, 0x60, 0, 1, 0x7f],
      [2, 15, 1, 3, 0x65, 0x6e, 0x76, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 2, 0, 0],
      [3, 2, 1, 0],
      [7, 7, 1, 3, 0x6f, 0x6e, 0x65, 0, 0],
      [10, 6, 1, 4, 0, 0x41, 1, 0x0b],
      [0, 13, 4, 0x6e, 0x61, 0x6d, 0x65, 1, 6, 1, 0, 3, 0x6f, 0x6e, 0x65],
    ),
  )
})

test('exports, imports and the functions between', () => {
  const log = importedFunction('log', ['f64'], ['f64'])
  const inner = new FunctionBuilder('inner', ['f64'], ['f64'])
  inner.call(log, inner.params[0])
  const outer = new FunctionBuilder('outer', ['f64'], ['f64'])
  outer.call(inner, outer.params[0])
  const module = compileModule({ first: outer, second: outer })
  expect(WebAssembly.Module.imports(module)).toEqual([
    { module: 'env', name: 'memory', kind: 'memory' },
    { module: 'host', name: 'log', kind: 'function' },
  ])
  expect(WebAssembly.Module.exports(module).map(({ name }) => name)).toEqual(['first', 'second'])
  const memory = new WebAssembly.Memory({ initial: 1 })
  const { second } = instantiate<{ second: typeof outer }>(module, memory, { log: Math.log })
  expect(second(1)).toBe(0)
})

test('a missing host function is a LinkError', () => {
  const log = importedFunction('log', ['f64'], ['f64'])
  const fn = new FunctionBuilder('fn', [], ['f64'])
  fn.call(log, 1)
  expect(() => compile({ fn }, new WebAssembly.Memory({ initial: 1 }))).toThrow(WebAssembly.LinkError)
})

test('functions of one module share the memory of others', () => {
  const memory = new WebAssembly.Memory({ initial: 1 })
  const write = new FunctionBuilder('write', ['i32', 'f64'])
  write.store('f64.store', ...write.params, 8)
  const read = new FunctionBuilder('read', ['i32'], ['f64'])
  read.load('f64.load', read.params[0])
  compile({ write }, memory).write(32, Math.PI)
  expect(compile({ read }, memory).read(40)).toBe(Math.PI)
})

test('a shared memory needs a module that says so', () => {
  const fn = new FunctionBuilder('fn', [])
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 4, shared: true })
  expect(() => compile({ fn }, memory)).toThrow(WebAssembly.LinkError)
  expect(compile({ fn }, memory, {}, { sharedMemoryPages: 4 }).fn()).toBeUndefined()
})

test('many functions and long bodies', () => {
  const functions = Object.fromEntries(
    Array.from({ length: 300 }, (_, i) => {
      const fn = new FunctionBuilder(`f${i}`, [], ['i32'])
      fn.i32(i)
      for (let n = 0; n < 100; n++) fn.op('i32.add', 1)
      return [`f${i}`, fn]
    }),
  )
  const run = compile(functions, new WebAssembly.Memory({ initial: 1 }))
  expect(run['f299']?.()).toBe(399)
})
