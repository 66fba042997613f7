import { describe } from 'vitest'
import { chooseArithmetic, plainArithmetic } from '../arithmetic.ts'
import { testProducts } from './test-products.ts'

describe('rounded products', () => testProducts(plainArithmetic))

describe('exact products', () => testProducts(chooseArithmetic({ relaxedSimd: true })))
