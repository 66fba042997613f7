import type { Backend, Capabilities, DType } from '@tapegrad/core'
import type { Tolerance } from './compare.ts'

/** The parts of the kit. */
export const groups = [
  'elementwise-unary',
  'elementwise-binary',
  'comparison',
  'special-values',
  'activations',
  'reductions',
  'softmax-and-losses',
  'neural',
  'movement',
  'indexing',
  'matmul',
  'random',
  'optimizers',
  'memory',
  'backend-methods',
] as const

export type Group = (typeof groups)[number]

/** One thing that a backend must do right. */
export interface Case {
  readonly name: string
  readonly group: Group
  /** Whether it differentiates the op as well, once and twice. */
  readonly gradients?: boolean
  /** Resolves where the backend does it right, else rejects with an error that says what differs. */
  run(backend: Backend): Promise<void>
  /** What the case compares of an op on a backend where it passes; cases of other things have none. */
  report?(backend: Backend): Promise<OpReport>
  /** Why the case says nothing about a backend of these capabilities; `undefined` where it does. */
  skip?(caps: Capabilities): string | undefined
}

/** What is known of an op on a backend whose case passes. */
export interface OpReport {
  /** The dtypes of the first input in which values are compared. */
  readonly dtypes: readonly DType[]
  /** How many orders of gradients are compared; 0 where the op has none. */
  readonly gradients: 0 | 1 | 2
  /** The optional functions and kernels of the backend that took part. */
  readonly fused: readonly string[]
}

/** How thoroughly the kit looks, and what it lets pass. */
export interface KitOptions {
  /** Generated inputs for each op and dtype; gradients get twice as many. Default: 10. */
  readonly samples?: number
  /** Where the generated inputs start. Default: 1. */
  readonly seed?: number
  /** Default: all. */
  readonly groups?: readonly Group[]
  /** What float32 results may differ at least, but for what is exact; ops that need more have it. Default: nothing. */
  readonly tolerance?: Partial<Tolerance>
  /** Names of cases that are known to fail, and why. */
  readonly skip?: Readonly<Record<string, string>>
  /** Whether to look for the smallest input that fails. Default: true. */
  readonly shrink?: boolean
  /** How many storages the backend holds, where it can tell, asked after `sync`: then the kit sees whether `free` frees. */
  readonly allocated?: (backend: Backend) => number
}

/** The options with their defaults. */
export interface Settings {
  readonly samples: number
  readonly seed: number
  readonly tolerance: Tolerance
  readonly shrink: boolean
  readonly allocated: ((backend: Backend) => number) | undefined
}

/** A table's entry: the case as it is for some settings. */
export type CaseFactory = (settings: Settings) => Case
