import { build, elementAt, type OracleArray, promote, toNumeric } from './array.ts'
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
  const product = build([...batch, rows, columns], dtype, (index) => {
    const before = index.slice(0, -2)
    const [row, column] = index.slice(-2) as [number, number]
    let sum = 0
    let whole = 0n
    for (let k = 0; k < inner; k++) {
      const x = elementAt(p, [...before, row, k])
      const y = elementAt(q, [...before, k, column])
      if (isFloat) sum += x * y
      else whole += BigInt(x) * BigInt(y)
    }
    return isFloat ? sum : Number(BigInt.asIntN(32, whole))
  })
  const shape = [
    ...batch,
    ...(a.shape.length === 1 ? [] : [rows]),
    ...(b.shape.length === 1 ? [] : [columns]),
  ]
  return { ...product, shape }
}
