import type { ConvGeometry } from '@tapegrad/core'
import { compile } from '../assembler/index.ts'
import type { Multiply } from '../matmul/matmul.ts'
import type { Matrices } from '../matmul/plan.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { addressOf, type CpuView } from '../views.ts'
import type { Convolution } from './convolution.ts'
import { type Cut, makeStrips, type Strips, stripBytes } from './strips.ts'
import {
  adjoint,
  tileInputs,
  tileOutputs,
  transformKernel,
  transforms,
  workspaceBytes,
} from './winograd-transform.ts'

const bytes = 4
/** The elements of a transformed tile, each in a plane of its own. */
const planes = tileInputs * tileInputs
/** So many bytes of transformed tiles are made at a time, if a row of tiles does not take more. */
const chunkBytes = 2 ** 20
/** Between planes, so that they do not lie a power of two apart: the cache would hold few of them. */
const planeGap = 320
/** With fewer channels, or tiles in an image, transforms cost more than they save. */
const leastChannels = 16
const leastTiles = 9

const tilesOf = (size: number) => Math.ceil(size / tileOutputs)

/**
 * Whether a convolution is computed by Winograd's minimal filtering: by its own sizes alone, whatever the batch, so that
 * an image's result does not depend on others.
 */
export function suitsWinograd(geometry: ConvGeometry, inputs: number, outputs: number): boolean {
  const { window, strides, dilations, before, input, output, groups } = geometry
  const isUnit = (values: readonly number[]) => values.every((value) => value === 1)
  const tiles = tilesOf(output[1]!) * tilesOf(output[2]!)
  return (
    groups === 1 &&
    [inputs, outputs].every((count) => count >= leastChannels && count % 4 === 0) &&
    window[0] === 1 &&
    window[1] === 3 &&
    window[2] === 3 &&
    isUnit(strides) &&
    isUnit(dilations) &&
    before[0] === 0 &&
    input[0] === output[0] &&
    tiles >= leastTiles &&
    2 * output[1]! * output[2]! >= tiles * tileOutputs ** 2
  )
}

/** Where everything lies while tiles are computed. */
interface Work {
  readonly x: Strips
  readonly y: Strips
  readonly inputs: number
  readonly outputs: number
  readonly tilesInStrip: number
  readonly tileWorkspace: number
  /** The planes of a chunk of x and of y, and of the kernel. */
  readonly input: Planes
  readonly output: Planes
  readonly kernel: Planes
}

interface Planes {
  readonly address: number
  readonly step: number
  /** Bytes of a tile's channels, or of a row of the kernel. */
  readonly row: number
}

/** The strips and tiles of a chunk. */
interface Chunk {
  readonly first: number
  readonly last: number
  readonly tiles: number
}

/**
 * Makes convolutions of 3×3 taps with stride 1 in tiles of 4×4 outputs, and their exact adjoints: 36 products of
 * matrices with a quarter of the multiplications, between transforms. Tiles at edges are filled up with zeros.
 */
export function makeWinograd(memory: WasmMemory, multiply: Multiply): Convolution {
  let compiled: ReturnType<typeof compileTransforms> | undefined
  const kernels = () => (compiled ??= compileTransforms(memory))

  function forEachChunk(
    x: CpuView,
    y: CpuView,
    geometry: ConvGeometry,
    start: (work: Work) => void,
    visit: (work: Work, chunk: Chunk) => void,
    end: (work: Work) => void = () => {},
  ): void {
    const { input, output, before } = geometry
    const [inputs, outputs] = [x.shape[4]!, y.shape[4]!]
    const [tileRows, tilesInStrip] = [tilesOf(output[1]!), tilesOf(output[2]!)]
    const strips = x.shape[0]! * output[0]! * tileRows
    const atOnce = Math.floor(chunkBytes / (planes * tilesInStrip * (inputs + outputs) * bytes))
    const stripsAtOnce = Math.max(1, Math.min(strips, atOnce))
    const cut = (size: number, top: number, left: number): Cut => ({
      top,
      left,
      rows: size,
      columns: (tilesInStrip - 1) * tileOutputs + size,
      step: tileOutputs,
      perImage: tileRows,
    })
    const xCut = cut(tileInputs, -before[1]!, -before[2]!)
    const yCut = cut(tileOutputs, 0, 0)
    const [xPixel, yPixel] = [inputs * bytes, outputs * bytes]
    const step = (rows: number, row: number) => rows * row + planeGap
    const [inputStep, outputStep] = [xPixel, yPixel].map((row) => step(stripsAtOnce * tilesInStrip, row)) as [
      number,
      number,
    ]
    const kernelStep = step(inputs, yPixel)
    const parts = [
      workspaceBytes,
      stripBytes(xCut, xPixel),
      stripBytes(yCut, yPixel),
      planes * inputStep,
      planes * outputStep,
      planes * kernelStep,
    ]
    const total = parts.reduce((sum, part) => sum + part, 0)
    const workspace = memory.alloc(total)
    let next = workspace
    const addresses = parts.map((part) => {
      const address = next
      next += part
      return address
    }) as [number, number, number, number, number, number]
    const [height, width, outHeight, outWidth] = [input[1]!, input[2]!, output[1]!, output[2]!]
    const xImages = { address: addressOf(x), height, width, pixel: xPixel }
    const yImages = { address: addressOf(y), height: outHeight, width: outWidth, pixel: yPixel }
    const work: Work = {
      x: makeStrips(memory, xImages, xCut, addresses[1]),
      y: makeStrips(memory, yImages, yCut, addresses[2]),
      inputs,
      outputs,
      tilesInStrip,
      tileWorkspace: addresses[0],
      input: { address: addresses[3], step: inputStep, row: xPixel },
      output: { address: addresses[4], step: outputStep, row: yPixel },
      kernel: { address: addresses[5], step: kernelStep, row: yPixel },
    }
    try {
      start(work)
      for (let first = 0; first < strips; first += stripsAtOnce) {
        const last = Math.min(strips, first + stripsAtOnce)
        visit(work, { first, last, tiles: (last - first) * tilesInStrip })
      }
      end(work)
    } finally {
      memory.free(workspace, total)
    }
  }

  /** Transforms the strips of a chunk from images to planes. */
  function toPlanes(which: 'x' | 'y', work: Work, { first, last }: Chunk): void {
    const { tilesInStrip, tileWorkspace } = work
    const to = which === 'x' ? work.input : work.output
    const run = which === 'x' ? kernels().input : kernels().outputAdjoint
    for (let index = first; index < last; index++) {
      const { address, rowBytes } = work[which].read(index)
      const target = to.address + (index - first) * tilesInStrip * to.row
      // biome-ignore format: source, target, sizes.
      run(
        address, rowBytes, to.row, tileOutputs * to.row,
        target, tileInputs * to.step, to.step, to.row,
        tilesInStrip, to.row / 16, tileWorkspace,
      )
    }
  }

  /** Transforms planes to the strips of a chunk: the input's are added to what is there. */
  function fromPlanes(which: 'x' | 'y', work: Work, { first, last }: Chunk): void {
    const { tilesInStrip, tileWorkspace } = work
    const from = which === 'x' ? work.input : work.output
    const run = which === 'x' ? kernels().inputAdjoint : kernels().output
    for (let index = first; index < last; index++) {
      const { address, rowBytes } = which === 'x' ? work.x.read(index) : work.y.place(index)
      const source = from.address + (index - first) * tilesInStrip * from.row
      // biome-ignore format: source, target, sizes.
      run(
        source, tileInputs * from.step, from.step, from.row,
        address, rowBytes, from.row, tileOutputs * from.row,
        tilesInStrip, from.row / 16, tileWorkspace,
      )
      work[which].write(index)
    }
  }

  function transformKernelOf(view: CpuView, { inputs, outputs, kernel, tileWorkspace }: Work): void {
    const tap = inputs * outputs * bytes
    // biome-ignore format: source, target, sizes.
    kernels().kernel(
      addressOf(view), 3 * tap, tap, 0,
      kernel.address, tileInputs * kernel.step, kernel.step, 0,
      1, tap / 16, tileWorkspace,
    )
  }

  function kernelFromPlanes(view: CpuView, { inputs, outputs, kernel, tileWorkspace }: Work): void {
    const tap = inputs * outputs * bytes
    // biome-ignore format: source, target, sizes.
    kernels().kernelAdjoint(
      kernel.address, tileInputs * kernel.step, kernel.step, 0,
      addressOf(view), 3 * tap, tap, 0,
      1, tap / 16, tileWorkspace,
    )
  }

  return {
    forward(x, kernel, geometry, out) {
      forEachChunk(
        x,
        out,
        geometry,
        (work) => transformKernelOf(kernel, work),
        (work, chunk) => {
          toPlanes('x', work, chunk)
          const [m, n, k] = [chunk.tiles, work.outputs, work.inputs]
          const [a, b, c] = [matrices(work.input), matrices(work.kernel), matrices(work.output)]
          multiply({ batches: planes, m, n, k, a, b, c, accumulate: false })
          fromPlanes('y', work, chunk)
        },
      )
    },
    inputGradient(g, kernel, geometry, out) {
      const address = addressOf(out)
      memory.u8.fill(0, address, address + out.size * bytes)
      forEachChunk(
        out,
        g,
        geometry,
        (work) => transformKernelOf(kernel, work),
        (work, chunk) => {
          toPlanes('y', work, chunk)
          const [m, n, k] = [chunk.tiles, work.inputs, work.outputs]
          const [a, b, c] = [matrices(work.output), transpose(matrices(work.kernel)), matrices(work.input)]
          multiply({ batches: planes, m, n, k, a, b, c, accumulate: false })
          fromPlanes('x', work, chunk)
        },
      )
    },
    kernelGradient(x, g, geometry, out) {
      forEachChunk(
        x,
        g,
        geometry,
        ({ kernel }) => memory.u8.fill(0, kernel.address, kernel.address + planes * kernel.step),
        (work, chunk) => {
          toPlanes('x', work, chunk)
          toPlanes('y', work, chunk)
          const [m, n, k] = [work.inputs, work.outputs, chunk.tiles]
          const [a, b, c] = [transpose(matrices(work.input)), matrices(work.output), matrices(work.kernel)]
          multiply({ batches: planes, m, n, k, a, b, c, accumulate: true })
        },
        (work) => kernelFromPlanes(out, work),
      )
    },
  }
}

function matrices({ address, step, row }: Planes): Matrices {
  return { address, batchStep: step, rowStep: row, columnStep: bytes }
}

function transpose(of: Matrices): Matrices {
  return { ...of, rowStep: of.columnStep, columnStep: of.rowStep }
}

function compileTransforms(memory: WasmMemory) {
  const { input, kernel, output } = transforms
  return compile(
    {
      input: transformKernel('winogradInput', input),
      inputAdjoint: transformKernel('winogradInputAdjoint', adjoint(input), true),
      kernel: transformKernel('winogradKernel', kernel),
      kernelAdjoint: transformKernel('winogradKernelAdjoint', adjoint(kernel)),
      output: transformKernel('winogradOutput', output),
      outputAdjoint: transformKernel('winogradOutputAdjoint', adjoint(output)),
    },
    memory.memory,
  )
}
