import { elementCount, type OracleArray, promote, store, toNumeric } from './array.ts'
import { broadcastShapes, broadcastTo } from './movement.ts'

/** Σₖ a[…, i, k] · b[…, k, j]; integers in arithmetic modulo 2³². */
export function matmul(a: OracleArray, b: OracleArray): OracleArray {
  const dtype = toNumeric(promote(a.dtype, b.dtype))
  const left = a.shape.length === 1 ? { ...a, shape: [1, ...a.shape] } : a
  const right = b.shape.length === 1 ? { ...b, shape: [...b.shape, 1] } : b
  const batch = broadcastShapes(left.shape.slice(0, -2), right.shape.slice(0, -2))
  const p = broadcastTo(left, [...batch, ...left.shape.slice(-2)])
  const q = broadcastTo(right, [...batch, ...right.shape.slice(-2)])
  const [rows, inner] = p.shape.slice(-2) as [number, number]
  const columns = q.shape.at(-1)!
  const isFloat = dtype === 'float32' || dtype === 'float64'
  const values: number[] = []
  for (let batchRow = 0; batchRow < elementCount(batch) * rows; batchRow++) {
    const batchStart = Math.floor(batchRow / rows) * inner * columns
    for (let column = 0; column < columns; column++) {
      let sum = 0
      for (let k = 0; k < inner; k++) {
        const x = p.values[batchRow * inner + k]!
        const y = q.values[batchStart + k * columns + column]!
        sum = isFloat ? sum + x * y : (sum + Math.imul(x, y)) | 0
      }
      values.push(store(sum, dtype))
    }
  }
  const shape = [
    ...batch,
    ...(a.shape.length === 1 ? [] : [rows]),
    ...(b.shape.length === 1 ? [] : [columns]),
  ]
  return { shape, dtype, values }
}
