import type { Backend, FloatDType } from '@tapegrad/core'

export type { InitializerLike as Initializer } from '../engine/contracts.ts'

/** As what and where an initializer makes its tensor. */
export interface InitializerOptions {
  /** Default: float32. */
  readonly dtype?: FloatDType
  /** Default: the current backend. */
  readonly backend?: Backend
}
