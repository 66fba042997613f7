import { describe, expect, test } from 'vitest'
import { chooseArithmetic } from '../arithmetic.ts'
import { checkArithmetic } from './check-arithmetic.ts'
import { testProducts } from './test-products.ts'

const isNode24 = Number.parseInt(process.versions.node, 10) >= 24

// Older engines cannot join vectors.
describe.skipIf(!isNode24)('joined vectors', () => {
  const arithmetic = isNode24 ? chooseArithmetic({ wideSimd: true }) : undefined

  test('compute what others do', () => {
    expect(checkArithmetic(arithmetic!)).toBe(arithmetic)
  })

  if (arithmetic !== undefined) testProducts(arithmetic)
})
