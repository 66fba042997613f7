import {
  argMax,
  argMin,
  gather,
  matmul,
  max,
  mean,
  min,
  ones,
  scatterAdd,
  setBackend,
  sum,
  type Tensor,
  tensor,
  transpose,
  zeros,
} from '@tapegrad/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type GpuBackend, gpuBackend } from '../index.ts'
import { whyNoNodeWebGPU } from '../testing/node-webgpu.ts'
import { testMode } from '../testing/test-mode.ts'

/* Whatever is longer than one thread may loop is cut into parts: none of that happens at the sizes of the kit. */

const modes = ['cpu', 'webasm', 'webgpu'] as const

for (const mode of modes) {
  testMode(`${mode} in Node`, mode === 'webgpu' ? await whyNoNodeWebGPU() : undefined, () => longLoops(mode))
}

function longLoops(mode: (typeof modes)[number]): void {
  describe(mode, () => {
    let backend: GpuBackend

    beforeAll(async () => {
      backend = await gpuBackend({ mode })
      setBackend(backend)
    })
    afterAll(() => backend.dispose())

    const noise = (length: number): Float32Array =>
      Float32Array.from({ length }, (_, i) => Math.sin(i * i + 1))
    const read = async (x: Tensor): Promise<number[]> => [...(await x.data())]

    test.each([127, 128, 129, 4096, 4097, 300_001])('sums and extremes of %i elements', async (length) => {
      const values = noise(length)
      const x = tensor(values)
      const exact = values.reduce((total, value) => total + value, 0)
      const [total] = await read(sum(x))
      expect(Math.abs(total! - exact)).toBeLessThan(1e-6 * Math.sqrt(length) + 1e-6)
      expect(await read(max(x))).toEqual([values.reduce((a, b) => Math.max(a, b))])
      expect(await read(min(x))).toEqual([values.reduce((a, b) => Math.min(a, b))])
      const [average] = await read(mean(tensor(values.map((value) => value + 1))))
      expect(average).toBeCloseTo(exact / length + 1, 5)
    })

    test('sums of long rows and columns, of views too', async () => {
      const [rows, columns] = [3, 5001]
      const values = noise(rows * columns)
      const exact = Array.from({ length: rows }, (_, i) =>
        values.subarray(i * columns, (i + 1) * columns).reduce((total, value) => total + value, 0),
      )
      const x = tensor(values, { shape: [rows, columns] })
      for (const result of [await read(sum(x, { axis: 1 })), await read(sum(transpose(x), { axis: 0 }))]) {
        result.forEach((value, i) => {
          expect(value).toBeCloseTo(exact[i]!, 4)
        })
      }
    })

    test.each([200, 5000, 20_000])('positions of extremes among %i elements', async (length) => {
      const values = noise(length)
      const place = Math.floor(length * 0.7)
      values[place] = 9
      values[place + 7] = 9
      values[5] = -9
      values[length - 1] = -9
      const x = tensor(values)
      expect(await read(argMax(x))).toEqual([place])
      expect(await read(argMin(x))).toEqual([5])
      values[place + 3] = Number.NaN
      values[length - 2] = Number.NaN
      expect(await read(argMax(tensor(values)))).toEqual([place + 3])
      expect(await read(argMin(tensor(values)))).toEqual([place + 3])
    })

    test('positions of extremes in long columns', async () => {
      const [rows, columns] = [6000, 3]
      const values = noise(rows * columns)
      for (const [column, row] of [5998, 0, 3333].entries()) values[row * columns + column] = 2
      expect(await read(argMax(tensor(values, { shape: [rows, columns] }), { axis: 0 }))).toEqual([
        5998, 0, 3333,
      ])
    })

    test('matrices with a long inner dimension', async () => {
      const depth = 9001
      const [a, b] = [noise(2 * depth), noise(2 * depth).reverse()]
      const product = matmul(tensor(a, { shape: [2, depth] }), tensor(b, { shape: [depth, 2] }))
      const exact = [0, 1].flatMap((i) =>
        [0, 1].map((j) => {
          let total = 0
          for (let k = 0; k < depth; k++) total += a[i * depth + k]! * b[k * 2 + j]!
          return total
        }),
      )
      const received = await read(product)
      received.forEach((value, i) => {
        expect(value).toBeCloseTo(exact[i]!, 3)
      })
      const bytes = ones([1, depth], { dtype: 'uint8' })
      expect(await read(matmul(bytes, transpose(bytes)))).toEqual([depth % 256])
    })

    test('many updates of few places, and few of many', async () => {
      const length = 9001
      const index = Int32Array.from({ length }, (_, i) => (i * i) % 5)
      const expected = [0, 0, 0, 0, 0]
      for (const place of index) expected[place]!++
      expect(await read(scatterAdd(zeros([5]), tensor(index), ones([length])))).toEqual(expected)
      const spread = scatterAdd(zeros([20_000]), tensor([19_999, 3], { dtype: 'int32' }), tensor([7, 8]))
      expect(await read(gather(spread, tensor([3, 4, 19_999], { dtype: 'int32' })))).toEqual([8, 0, 7])
    })
  })
}
