import { afterEach, expect, test, vi } from 'vitest'
import { findWebGPU } from './find-webgpu.ts'

const scope = globalThis as { navigator?: object }
const before = scope.navigator

afterEach(() => {
  vi.doUnmock('webgpu')
  Object.defineProperty(scope, 'navigator', { value: before, configurable: true })
})

test('takes the WebGPU that is there', async () => {
  const gpu = { requestAdapter: async () => ({}) }
  Object.defineProperty(scope, 'navigator', { value: { gpu }, configurable: true })
  expect(await findWebGPU()).toBeUndefined()
})

test('in Node puts that of the package webgpu where browsers have theirs', async () => {
  Object.defineProperty(scope, 'navigator', { value: undefined, configurable: true })
  const gpu = { requestAdapter: async () => ({}) }
  vi.doMock('webgpu', () => ({ create: () => gpu, globals: { GPUBufferUsageOfTest: 1 } }))
  expect(await findWebGPU()).toBeUndefined()
  expect(scope.navigator).toHaveProperty('gpu', gpu)
  expect(globalThis).toHaveProperty('GPUBufferUsageOfTest', 1)
})

test('in Node says what to install where the package is not there', async () => {
  Object.defineProperty(scope, 'navigator', { value: undefined, configurable: true })
  vi.doMock('webgpu', () => {
    throw new Error("Cannot find package 'webgpu'")
  })
  expect(await findWebGPU()).toMatch(/^npm install webgpu, which brings WebGPU to Node \(.+\)$/)
})
