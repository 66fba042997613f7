import { ArgumentError, type Config, type Json, SerializationError, Tensor } from '@tapegrad/core'
import { type CallOptions, Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { deserializeFunction, isSerializedFunction, serializeFunction } from '../saving/functions.ts'
import { isConfig } from '../saving/serializable.ts'

/** What a `Lambda`'s function is told besides the input: the layer's `arguments`, `mask` and `training`. */
export type LambdaArguments = CallOptions & { readonly [argument: string]: unknown }

export type LambdaFunction = (x: Tensor, args: LambdaArguments) => Tensor
export type LambdaOutputShape = (inputShape: SymbolicShape) => SymbolicShape
export type LambdaMask = (x: Tensor, mask: Tensor | null) => Tensor | null

export interface LambdaOptions extends LayerOptions {
  readonly function: LambdaFunction
  /** The output's shape without the batch, or a function of the whole input's shape. Default: found by calling. */
  readonly outputShape?: SymbolicShape | LambdaOutputShape | null
  /** The output's mask, or a function of the input and its mask. Default: none, and a mask that comes is dropped. */
  readonly mask?: Tensor | LambdaMask | null
  /** Passed to the function by name. Must be JSON values where the layer is saved. */
  readonly arguments?: Readonly<Record<string, unknown>>
}

const optionNames: readonly (keyof LambdaOptions)[] = ['function', 'outputShape', 'mask', 'arguments']

/**
 * Wraps a function of a tensor as a layer.
 *
 * The function is called as `f(x, { ...arguments, mask, training })` and must be written in differentiable
 * operations. Layers with weights are classes of their own. Only functions that were registered with
 * `registerSerializable` can be saved: files hold their names, never code.
 *
 * @throws {@link ArgumentError} for something that is not a function, {@link SerializationError} when an unregistered function is saved.
 * @see https://keras.io/api/layers/core_layers/lambda/
 * @example
 * ```ts
 * new Lambda({ function: (x) => square(x) }).apply(tensor([[1, 2]])) // [[1, 4]]
 * ```
 */
export class Lambda extends Layer {
  static override readonly className: string = 'Lambda'
  readonly function: LambdaFunction
  readonly outputShape: SymbolicShape | LambdaOutputShape | null
  readonly mask: Tensor | LambdaMask | null
  readonly arguments: Readonly<Record<string, unknown>>

  constructor(options: LambdaOptions) {
    super(options, optionNames)
    const { outputShape = null, mask = null } = options
    const fail = (what: string, received: Readonly<Record<string, unknown>>): never => {
      throw new ArgumentError(what, { op: 'Lambda', received })
    }
    if (typeof options.function !== 'function')
      fail('function is not a function', { function: options.function })
    if (outputShape !== null && typeof outputShape !== 'function' && !Array.isArray(outputShape))
      fail('outputShape is neither a shape nor a function', { outputShape })
    if (mask !== null && typeof mask !== 'function' && !(mask instanceof Tensor))
      fail('mask is neither a tensor nor a function', { mask })
    if (typeof (options.arguments ?? {}) !== 'object')
      fail('the arguments are not an object', { arguments: options.arguments })
    this.function = options.function
    this.outputShape = outputShape
    this.mask = mask
    this.arguments = Object.freeze({ ...options.arguments })
    this.inputSpec = {}
    this.supportsMasking = mask !== null
  }

  static fromConfig(config: Config): Lambda {
    const read = new ConfigReader('Lambda', config)
    const shape = read.json('output_shape', null)
    const mask = read.json('mask', null)
    const given = read.json('arguments', {})
    if (!isConfig(given)) throw read.error('the arguments are not an object', 'arguments')
    const options: LambdaOptions = {
      ...readLayerOptions(read),
      function: deserializeFunction('function', read.json('function')) as LambdaFunction,
      outputShape: isSerializedFunction(shape)
        ? (deserializeFunction('output shape', shape) as LambdaOutputShape)
        : read.shape('output_shape', null),
      mask: mask === null ? null : (deserializeFunction('mask', mask) as LambdaMask),
      arguments: given,
    }
    read.done()
    return new Lambda(options)
  }

  override call(x: Tensor, options: CallOptions): Tensor {
    return this.function(x, { ...this.arguments, ...options })
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    const { outputShape } = this
    if (outputShape === null) return super.computeOutputShape(inputShape)
    return typeof outputShape === 'function'
      ? outputShape(inputShape)
      : [inputShape[0] ?? null, ...outputShape]
  }

  override computeMask(x: Tensor, mask: Tensor | null): Tensor | null {
    return typeof this.mask === 'function' ? this.mask(x, mask) : this.mask
  }

  override getConfig(): Config {
    const { outputShape, mask } = this
    if (mask instanceof Tensor) {
      throw new SerializationError('a mask that is a tensor cannot be saved', {
        op: 'Lambda',
        hint: 'use a registered function of the input and its mask',
      })
    }
    return {
      ...super.getConfig(),
      function: serializeFunction('function', this.function),
      ...(outputShape === null
        ? {}
        : {
            output_shape:
              typeof outputShape === 'function' ? serializeFunction('outputShape', outputShape) : outputShape,
          }),
      ...(mask === null ? {} : { mask: serializeFunction('mask', mask) }),
      arguments: jsonArguments(this.arguments),
    }
  }
}

function jsonArguments(given: Readonly<Record<string, unknown>>): Json {
  for (const [name, value] of Object.entries(given)) {
    if (isJson(value)) continue
    throw new SerializationError(`the argument ${name} cannot be saved`, {
      op: 'Lambda',
      received: { [name]: value },
      expected: 'numbers, texts, booleans, null, and lists and objects of them',
    })
  }
  return given as Json
}

/** Arguments nest at most as deep as descriptions in files. */
const deepest = 100

function isJson(value: unknown, depth = 0): boolean {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (depth === deepest) return false
  if (Array.isArray(value)) return value.every((entry) => isJson(entry, depth + 1))
  return (
    typeof value === 'object' &&
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.values(value).every((entry) => isJson(entry, depth + 1))
  )
}
