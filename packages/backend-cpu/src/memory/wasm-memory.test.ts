import { OutOfMemoryError } from '@tapegrad/core'
import { describe, expect, test } from 'vitest'
import { blockPadding } from './size-classes.ts'
import { WasmMemory } from './wasm-memory.ts'

const MiB = 2 ** 20

/** Uniform integers below `n`, the same on every run. */
function seeded(seed: number): (n: number) => number {
  let state = seed
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * n)
  }
}

test('blocks are aligned, and freed ones are reused', () => {
  const memory = new WasmMemory()
  const a = memory.alloc(1000)
  const b = memory.alloc(1000)
  expect(a).toBeGreaterThan(0)
  expect([a % 64, b % 64]).toEqual([0, 0])
  expect(Math.abs(a - b)).toBeGreaterThanOrEqual(1000 + blockPadding)
  const inUse = memory.bytesInUse
  memory.free(a, 1000)
  expect(memory.bytesInUse).toBe(inUse / 2)
  expect(memory.alloc(1010)).toBe(a)
  memory.free(a, 1010)
  memory.free(b, 1000)
  expect(memory.bytesInUse).toBe(0)
})

test('a block without bytes is a block', () => {
  const memory = new WasmMemory()
  expect(memory.alloc(0)).not.toBe(memory.alloc(0))
})

test('growth keeps contents and replaces the views', () => {
  const memory = new WasmMemory()
  const small = memory.alloc(16)
  memory.f32.set([1, 2, 3, 4], small / 4)
  const before = memory.bytesReserved
  const large = memory.alloc(5 * before)
  expect(memory.bytesReserved).toBeGreaterThan(5 * before)
  expect([...memory.f32.subarray(small / 4, small / 4 + 4)]).toEqual([1, 2, 3, 4])
  for (const view of [memory.f32, memory.f64, memory.i32, memory.u8]) {
    expect(view.buffer).toBe(memory.memory.buffer)
    expect(view.byteLength).toBe(memory.bytesReserved)
  }
  memory.u8[large + 5 * before + blockPadding - 1] = 7
})

test('a step that allocates and frees the same sizes does not grow the memory', () => {
  const memory = new WasmMemory()
  const sizes = [100, 5000, 70_000, 300_000, 1_000_000, 64, 5000]
  const step = () => {
    const blocks = sizes.map((bytes) => memory.alloc(bytes))
    for (const [i, address] of blocks.entries()) memory.free(address, sizes[i]!)
  }
  step()
  const reserved = memory.bytesReserved
  for (let i = 0; i < 1000; i++) step()
  expect(memory.bytesReserved).toBe(reserved)
  expect(memory.bytesInUse).toBe(0)
})

describe('limits', () => {
  test('the limit holds, and a failed allocation changes nothing', () => {
    const memory = new WasmMemory({ memoryLimit: 4 * MiB })
    const kept = memory.alloc(1 * MiB)
    memory.u8.fill(9, kept, kept + MiB)
    const rest = memory.alloc(2 * MiB)
    const inUse = memory.bytesInUse
    const reserved = memory.bytesReserved
    for (const bytes of [2 * MiB, 4 * MiB, 2 ** 32, 2 ** 40, Number.NaN]) {
      expect(() => memory.alloc(bytes)).toThrow(OutOfMemoryError)
    }
    expect(memory.bytesInUse).toBe(inUse)
    expect(memory.bytesReserved).toBe(reserved)
    expect(memory.u8.subarray(kept, kept + MiB).every((byte) => byte === 9)).toBe(true)
    memory.free(rest, 2 * MiB)
    expect(memory.alloc(2 * MiB)).toBe(rest)
    expect(memory.bytesReserved).toBeLessThanOrEqual(4 * MiB)
  })

  test('the error says what was asked for and what there is', () => {
    const memory = new WasmMemory({ memoryLimit: MiB })
    expect(() => memory.alloc(2 * MiB)).toThrow(
      /no room for 2097152 bytes[\s\S]*memoryLimit: 1048576[\s\S]*tidy/,
    )
  })

  test('the whole memory can be used', () => {
    const memory = new WasmMemory({ memoryLimit: 16 * MiB })
    expect(memory.alloc(14 * MiB)).toBe(64)
    expect(memory.bytesReserved).toBeLessThanOrEqual(16 * MiB)
  })

  test('small blocks become a large one where nothing else is left', () => {
    const memory = new WasmMemory({ memoryLimit: 4 * MiB })
    const blocks: number[] = []
    expect(() => {
      for (;;) blocks.push(memory.alloc(1000))
    }).toThrow(OutOfMemoryError)
    expect(blocks.length).toBeGreaterThan(3600)
    for (const address of blocks) memory.free(address, 1000)
    const large = memory.alloc(3 * MiB)
    memory.free(large, 3 * MiB)
    for (let i = 0; i < 3600; i++) memory.alloc(1000)
  })

  test('a large block becomes small ones where nothing else is left', () => {
    const memory = new WasmMemory({ memoryLimit: 4 * MiB })
    const large = memory.alloc(3 * MiB)
    const rest = memory.alloc(0.5 * MiB)
    memory.free(large, 3 * MiB)
    const blocks = Array.from({ length: 2500 }, () => memory.alloc(1000))
    expect(new Set(blocks).size).toBe(2500)
    expect(blocks).not.toContain(rest)
  })
})

test.each([1, 2, 3, 4])('blocks never overlap, whatever comes and goes (seed %i)', (seed) => {
  const random = seeded(seed)
  const memory = new WasmMemory({ memoryLimit: 8 * MiB })
  const live: { address: number; bytes: number; mark: number }[] = []
  let failures = 0
  const check = (block: (typeof live)[number]) => {
    const end = block.address + block.bytes + blockPadding
    const intact = Buffer.alloc(end - block.address, block.mark)
    expect(intact.equals(memory.u8.subarray(block.address, end))).toBe(true)
  }
  const release = (index: number) => {
    const [block] = live.splice(index, 1)
    check(block!)
    memory.free(block!.address, block!.bytes)
  }
  for (let step = 0; step < 3000; step++) {
    // Phases of growth and of decline, with sizes of all magnitudes.
    if (live.length > 0 && random(100) < (step % 1000 < 600 ? 40 : 65)) {
      release(random(live.length))
      continue
    }
    const bytes = random(2 ** (4 + random(17)))
    const inUse = memory.bytesInUse
    try {
      const block = { address: memory.alloc(bytes), bytes, mark: random(256) }
      memory.u8.fill(block.mark, block.address, block.address + bytes + blockPadding)
      live.push(block)
    } catch (error) {
      expect(error).toBeInstanceOf(OutOfMemoryError)
      expect(memory.bytesInUse).toBe(inUse)
      failures++
    }
  }
  expect(failures).toBeGreaterThan(0)
  while (live.length > 0) release(live.length - 1)
  expect(memory.bytesInUse).toBe(0)
  // Everything comes back together.
  memory.free(memory.alloc(7 * MiB), 7 * MiB)
})
