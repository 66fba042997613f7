import { ArgumentError, cast, isFloat, type random, ShapeError, type Tensor } from '@tapegrad/core'
import { type CallOptions, Layer } from '../engine/layer.ts'
import type { LayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { layerGenerator } from './layer-generator.ts'

export interface NoiseOptions extends LayerOptions {
  /** Makes the layer's random numbers repeat. Default: drawn from the generator that `setSeed` seeds. */
  readonly seed?: number | null
}

/** What layers that disturb their input in training, and only then, have in common. */
export abstract class NoiseLayer extends Layer {
  override supportsMasking = true
  readonly seed: number | null
  readonly #generator: () => random.Generator

  constructor(options: NoiseOptions, ownOptionNames: readonly string[]) {
    super(options, [...ownOptionNames, 'seed'])
    this.seed = options.seed ?? null
    this.inputSpec = {}
    this.#generator = layerGenerator(this, this.seed)
  }

  override call(x: Tensor, { training }: CallOptions): Tensor {
    if (!training || !this.disturbs) return x
    return this.disturb(isFloat(x.dtype) ? x : cast(x, this.dtype))
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return inputShape
  }

  /** Where the layer's random numbers come from: each call draws new ones. */
  protected get generator(): random.Generator {
    return this.#generator()
  }

  /** Whether the options ask for any noise. */
  protected abstract get disturbs(): boolean

  /** The input with noise. */
  protected abstract disturb(x: Tensor): Tensor
}

/** Checks an option that is the shape of a random choice, and freezes a copy of it. */
export function checkNoiseShape(op: string, noiseShape: SymbolicShape | null): SymbolicShape | null {
  if (noiseShape === null) return null
  const isSize = (side: number | null): boolean => side === null || (Number.isInteger(side) && side > 0)
  if (Array.isArray(noiseShape) && noiseShape.every(isSize)) return Object.freeze([...noiseShape])
  throw new ArgumentError('noiseShape is not a list of sizes', {
    op,
    received: { noiseShape },
    expected: 'whole numbers of at least 1, or null for the size of the input',
  })
}

/** The shape of a random choice for an input, to which it broadcasts. */
export function noiseShapeFor(op: string, noiseShape: SymbolicShape | null, x: Tensor): readonly number[] {
  if (noiseShape === null) return x.shape
  const shape = noiseShape.map((side, i) => side ?? x.shape[i] ?? 1)
  if (shape.length === x.rank && shape.every((side, i) => side === 1 || side === x.shape[i])) return shape
  throw new ShapeError('noiseShape does not broadcast to the input', {
    op,
    received: { noiseShape, x },
    expected: 'as many entries as x has axes, each 1, null or the size of x',
  })
}
