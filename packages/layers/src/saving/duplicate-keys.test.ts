import { expect, test } from 'vitest'
import { findDuplicateKey } from './duplicate-keys.ts'

test.each([
  ['{}', undefined],
  ['{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}', undefined],
  ['{"a":"a","b":["a","a"]}', undefined],
  ['{"a":1,"a":2}', 'a'],
  ['{"a":1,"\\u0061":2}', 'a'],
  ['{"x":{"k":[1,{"k":2}],"k":3}}', 'k'],
  ['{"\\"a":1,"b\\\\":2,"b\\\\":3}', 'b\\'],
  ['{"__proto__":1,"__proto__":2}', '__proto__'],
  ['{"a,{":1,"a,{":2}', 'a,{'],
])('%s', (text, expected) => {
  expect(JSON.parse(text)).toBeDefined()
  expect(findDuplicateKey(text)).toBe(expected)
})

test('takes linear time and no stack', () => {
  const deep = '{"a":'.repeat(1e5) + 1 + '}'.repeat(1e5)
  expect(findDuplicateKey(deep)).toBeUndefined()
  const wide = `{${Array.from({ length: 1e5 }, (_, i) => `"k${i}":${i}`).join(',')},"k7":0}`
  expect(findDuplicateKey(wide)).toBe('k7')
})
