import type { Arithmetic } from '../arithmetic.ts'
import { WasmMemory } from '../memory/wasm-memory.ts'
import { makeGemm } from './gemm.ts'
import { laneTypes } from './lane-type.ts'
import { plan } from './plan.ts'

const rows = 30
const columns = 43
const terms = 40
const bytes = 4
/** In milliseconds: by then engines have compiled the kernel anew, with joined vectors. */
const enough = 30
const epsilon = 2 ** -24

const isRight: (boolean | undefined)[] = []

/** The arithmetic itself, or, where this engine's joined vectors compute something else, the one without them. */
export function checkArithmetic(arithmetic: Arithmetic): Arithmetic {
  if (!arithmetic.wide) return arithmetic
  const { fused } = arithmetic
  isRight[Number(fused)] ??= computesRight(arithmetic)
  if (isRight[Number(fused)]) return arithmetic
  console.warn('cpuBackend: wideSimd is off, since this engine computes wrong products with it')
  return { ...arithmetic, wide: false }
}

/** Whether a product is right, again and again while the engine may compile its kernel anew. */
function computesRight(arithmetic: Arithmetic): boolean {
  const memory = new WasmMemory({ memoryLimit: 2 ** 20 })
  const type = laneTypes(arithmetic.fused).float32
  const gemm = makeGemm(memory, type, arithmetic)
  const [a, b, c] = [rows * terms, terms * columns, rows * columns].map((size) => memory.alloc(size * bytes))
  const matrix = (address: number, width: number) => ({
    address,
    batchStep: 0,
    rowStep: width * bytes,
    columnStep: bytes,
  })
  const product = plan(type, {
    batches: 1,
    m: rows,
    n: columns,
    k: terms,
    a: matrix(a!, terms),
    b: matrix(b!, columns),
    c: matrix(c!, columns),
    accumulate: false,
  })
  const left = memory.f32.subarray(a! / bytes, a! / bytes + rows * terms)
  const right = memory.f32.subarray(b! / bytes, b! / bytes + terms * columns)
  for (let i = 0; i < left.length; i++) left[i] = ((i * 37) % 101) / 101 - 0.5
  for (let i = 0; i < right.length; i++) right[i] = ((i * 59) % 103) / 103 - 0.5
  const out = memory.f32.subarray(c! / bytes, c! / bytes + rows * columns)
  const end = performance.now() + enough
  while (performance.now() < end) {
    for (let i = 0; i < 100; i++) gemm(product)
    if (!isProduct(left, right, out)) return false
  }
  return true
}

function isProduct(left: Float32Array, right: Float32Array, out: Float32Array): boolean {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0
      let magnitude = 0
      for (let p = 0; p < terms; p++) {
        const term = left[i * terms + p]! * right[p * columns + j]!
        sum += term
        magnitude += Math.abs(term)
      }
      if (!(Math.abs(out[i * columns + j]! - sum) <= (terms + 1) * epsilon * magnitude)) return false
    }
  }
  return true
}
