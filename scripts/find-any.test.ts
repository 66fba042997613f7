import { expect, test } from 'vitest'
import { findAny } from './find-any.mjs'

test('finds any, wherever a declaration has it', () => {
  const text = [
    '/** any */',
    'declare function any(x: number): string;',
    'interface Options { readonly anything?: "any" }',
    'declare class Layer { f(x: readonly any[]): void }',
    'type Of<T> = T extends (...args: infer A) => any ? A : never;',
    'export { type Of, Options, any, Layer };',
  ].join('\n')
  expect(findAny('index.d.ts', text)).toEqual([
    'index.d.ts:4: declare class Layer { f(x: readonly any[]): void }',
    'index.d.ts:5: type Of<T> = T extends (...args: infer A) => any ? A : never;',
  ])
})

test('refuses what is no declaration file', () => {
  expect(() => findAny('index.d.ts', 'declare function (')).toThrow(/index\.d\.ts/)
})
