import { kernel } from '../kernels/kernel.ts'
import type { DeviceQueue } from './device-queue.ts'
import type { Slot } from './slot.ts'

/** An expression of `x` and `y`, and what it is where a device keeps to IEEE 754. */
interface Probe {
  readonly expression: string
  readonly x: number
  readonly y?: number
  readonly result: number
}

const inf = Number.POSITIVE_INFINITY
const nan = Number.NaN

const probes: readonly Probe[] = [
  { expression: 'x', x: nan, result: nan },
  { expression: 'x * y', x: nan, y: 0, result: nan },
  { expression: 'x * y', x: inf, y: 0, result: nan },
  { expression: 'x * y', x: 0, y: -1, result: -0 },
  { expression: 'x * y', x: 1e30, y: -1e30, result: -inf },
  { expression: 'x + y', x: inf, y: -inf, result: nan },
  { expression: 'x - y', x: nan, y: nan, result: nan },
  { expression: '1 / x', x: -0, result: -inf },
  { expression: 'x / y', x: 0, y: 0, result: nan },
  { expression: '-x', x: 0, result: -0 },
  { expression: 'x == y ? 1 : 0', x: nan, y: nan, result: 0 },
  { expression: 'x < y ? 1 : 0', x: nan, y: 1, result: 0 },
  { expression: 'isNaN1(x)', x: nan, result: 1 },
  { expression: 'isNaN1(x)', x: inf, result: 0 },
  { expression: 'larger(x, y)', x: nan, y: 1, result: nan },
  { expression: 'larger(x, y)', x: -inf, y: nan, result: nan },
  { expression: 'below(x)', x: -0, result: -0 },
  { expression: 'below(x)', x: -inf, result: -inf },
  { expression: 'Math.sqrt(x)', x: -1, result: nan },
  { expression: 'Math.abs(x)', x: -inf, result: inf },
  { expression: 'exponential(x, y)', x: -inf, y: inf, result: 0 },
  { expression: 'exponential(x, y)', x: nan, y: inf, result: nan },
]

/**
 * Whether NaN, infinities and signed zeros come out of arithmetic as IEEE 754 says.
 *
 * Shading languages let drivers assume that there are none, so each device is asked.
 */
export async function keepsSpecialValues(queue: DeviceQueue): Promise<boolean> {
  const [x, y, out] = [0, 1, 2].map(() => queue.temporary(probes.length)) as [Slot, Slot, Slot]
  queue.upload(
    x,
    Float32Array.from(probes, (probe) => probe.x),
  )
  queue.upload(
    y,
    Float32Array.from(probes, (probe) => probe.y ?? 0),
  )
  queue.launch({
    op: 'start',
    source: kernel('special values', () => ({
      arrays: ['xs', 'ys'],
      integers: [],
      floats: [],
      body: `
        const x = xs[this.thread.x];
        const y = ys[this.thread.x];
        let result = 0;
        ${probes
          .map(({ expression }, i) => `if (this.thread.x == ${i}) { result = ${expression}; }`)
          .join('\n')}
        return result;`,
    })),
    inputs: [x, y],
    integers: [],
    floats: [],
    out,
  })
  try {
    const results = await queue.read(out)
    return probes.every(({ result }, i) => Object.is(results[i], Math.fround(result)))
  } finally {
    for (const slot of [x, y, out]) queue.free(slot)
  }
}
