import { ArgumentError, type DataFormat } from '@tapegrad/core'
import { Layer } from '../engine/layer.ts'
import type { LayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { checkDataFormat, spatialAxes } from './spatial-options.ts'

/** How many elements at the start and at the end of an axis. */
export type Margin = readonly [before: number, after: number]

/** How many elements at both ends of an axis, or at each of them. */
export type MarginOption = number | Margin

/** The same for all spatial axes, or for each of them. */
export type MarginsOption2D = number | readonly [height: MarginOption, width: MarginOption]

/** The same for all spatial axes, or for each of them. */
export type MarginsOption3D = number | readonly [dim1: MarginOption, dim2: MarginOption, dim3: MarginOption]

/** What a layer says of its margins to {@link MarginLayer}. */
interface MarginSettings {
  /** The name of the option that holds the margins. */
  readonly name: string
  readonly value: unknown
  readonly spatial: number
  readonly dataFormat: DataFormat | undefined
}

/** What layers that take off or add elements at the ends of spatial axes have in common. */
export abstract class MarginLayer extends Layer {
  readonly dataFormat: DataFormat
  /** One for each spatial axis. */
  protected readonly margins: readonly Margin[]

  constructor(options: LayerOptions, ownOptionNames: readonly string[], settings: MarginSettings) {
    super(options, ownOptionNames)
    const { name, value, spatial } = settings
    this.dataFormat = checkDataFormat(this.className, settings.dataFormat)
    this.margins = checkMargins(this.className, name, value, spatial)
    this.inputSpec = { ndim: spatial + 2 }
  }

  /** The margins of all axes, those that are not spatial included. */
  protected allMargins(): readonly Margin[] {
    const axes = spatialAxes(this.dataFormat, this.margins.length)
    return Array.from({ length: this.margins.length + 2 }, (_, axis) => {
      return this.margins[axes.indexOf(axis)] ?? [0, 0]
    })
  }

  /** A shape whose spatial sizes are changed by the margins. */
  protected changedShape(
    shape: SymbolicShape,
    change: (side: number, margin: Margin) => number,
  ): SymbolicShape {
    const margins = this.allMargins()
    return shape.map((side, axis) => (side === null ? null : change(side, margins[axis]!)))
  }
}

function checkMargins(op: string, name: string, value: unknown, spatial: number): readonly Margin[] {
  // Of one axis, a pair is the margin itself.
  const list = Array.isArray(value) && spatial > 1 ? (value as unknown[]) : new Array(spatial).fill(value)
  const margins = list.map(toMargin)
  if (list.length === spatial && margins.every((margin) => margin !== null)) return Object.freeze(margins)
  throw new ArgumentError(`${name} is not made of whole numbers of at least 0`, {
    op,
    received: { [name]: value },
    expected:
      spatial === 1
        ? 'a number or [before, after]'
        : `a number, or ${spatial} numbers or pairs [before, after]`,
  })
}

function toMargin(value: unknown): Margin | null {
  const pair: readonly unknown[] = Array.isArray(value) ? value : [value, value]
  const isCount = (count: unknown): count is number => Number.isSafeInteger(count) && (count as number) >= 0
  const [before, after] = pair
  return pair.length === 2 && isCount(before) && isCount(after)
    ? Object.freeze([before, after] as const)
    : null
}
