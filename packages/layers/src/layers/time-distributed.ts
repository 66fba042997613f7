import { ArgumentError, any, type Config, cast, stack, type Tensor, unstack, zeros } from '@tapegrad/core'
import { type AnyLayer, type CallOptions, Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import { getMask, setMask } from '../engine/masks.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { serializeObject } from '../saving/serializable.ts'
import { readLayer } from './wrapped-layer.ts'

export interface TimeDistributedOptions extends LayerOptions {
  /** What is applied to each step; it takes one tensor and returns one. */
  readonly layer: AnyLayer | Layer
}

/**
 * Applies a layer to each step of sequences: yₜ = layer(xₜ), with the same weights for all steps.
 *
 * Input [batch, steps, …], rank 3 or more; output [batch, steps, …output of the layer]. Weights: the layer's. Steps are
 * applied one by one: dropout draws new numbers and statistics of a batch are taken for each. The layer gets the mask of
 * its step where it supports masks; the output has the masks that the layer gives, else the mask of the steps.
 *
 * @throws {@link ArgumentError} for something that is not a layer, or that returns several tensors.
 * @see https://keras.io/api/layers/recurrent_layers/time_distributed/
 * @example
 * ```ts
 * const layer = new TimeDistributed({ layer: new Dense({ units: 8 }) })
 * layer.apply(ones([2, 5, 3])).shape // [2, 5, 8]
 * ```
 */
export class TimeDistributed extends Layer {
  static override readonly className: string = 'TimeDistributed'
  override supportsMasking = true
  readonly layer: Layer

  constructor(options: TimeDistributedOptions) {
    super(options, ['layer'])
    this.layer = checkLayer(options.layer)
    if (!this.trainable) this.layer.trainable = false
    this.inputSpec = { minNdim: 3 }
  }

  static fromConfig(config: Config): TimeDistributed {
    const read = new ConfigReader('TimeDistributed', config)
    const options = readLayerOptions(read)
    const layer = readLayer(read.json('layer'), checkLayer)
    try {
      read.done()
      return new TimeDistributed({ ...options, layer })
    } catch (error) {
      layer.dispose()
      throw error
    }
  }

  override build(inputShape: SymbolicShape): void {
    this.layer.build(ofStep(inputShape))
  }

  override call(x: Tensor, { mask }: CallOptions): Tensor {
    const steps = unstack(x, { axis: 1 })
    // A mask of whole sequences is that of all their steps.
    const masks = mask === null || mask.rank === 1 ? steps.map(() => mask) : unstack(mask, { axis: 1 })
    const outputs = steps.map((step, t) => this.#applyTo(step, masks[t]!))
    if (outputs.length === 0) {
      const shape = this.computeOutputShape(x.shape) as readonly number[]
      return zeros(shape, { dtype: this.dtype, backend: x.storage.backend })
    }
    const output = cast(stack(outputs, { axis: 1 }), this.dtype)
    const given = outputs.map(getMask)
    const ofSteps = given.every((each) => each !== null) ? stack(given, { axis: 1 }) : stepsOf(mask)
    setMask(output, ofSteps)
    return output
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    const [batch = null, ...rest] = this.#outputOfStep(ofStep(inputShape))
    return [batch, inputShape[1] ?? null, ...rest]
  }

  /** The call has given the output its mask. */
  override computeMask(): null {
    return null
  }

  override getConfig(): Config {
    return { ...super.getConfig(), layer: serializeObject('keras.layers', this.layer) }
  }

  #applyTo(step: Tensor, mask: Tensor | null): Tensor {
    const output = this.layer.apply(step, {
      mask: this.layer.supportsMasking ? mask : null,
    }) as Tensor | readonly Tensor[]
    if (!Array.isArray(output)) return output as Tensor
    throw severalOutputs(this.layer)
  }

  #outputOfStep(shape: SymbolicShape): SymbolicShape {
    const output = this.layer.computeOutputShape(shape)
    if (output.some((entry: unknown) => Array.isArray(entry))) throw severalOutputs(this.layer)
    return output
  }
}

function checkLayer(layer: unknown): Layer {
  if (layer instanceof Layer) return layer as Layer
  throw new ArgumentError('this is not a layer', {
    op: 'TimeDistributed',
    received: { layer },
    expected: 'a layer such as new Dense({ units: 32 })',
  })
}

function severalOutputs(layer: Layer): ArgumentError {
  return new ArgumentError('the layer returns several tensors', {
    op: 'TimeDistributed',
    received: { layer: layer.name },
    expected: 'one',
  })
}

function ofStep([batch = null, , ...rest]: SymbolicShape): SymbolicShape {
  return [batch, ...rest]
}

/** Whether anything of a step counts: a mask of [batch, steps, …] as one of [batch, steps]. */
function stepsOf(mask: Tensor | null): Tensor | null {
  if (mask === null || mask.rank <= 2) return mask
  const axes = mask.shape.slice(2).map((_, i) => i + 2)
  return any(cast(mask, 'bool'), { axis: axes })
}
