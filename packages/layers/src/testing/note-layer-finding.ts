import { TestRunner } from 'vitest'

/** What a test checked of a layer, from which `docs/layers.md` is written. */
export interface LayerFinding {
  /** The name of the layer's class. */
  readonly layer: string
  readonly checked:
    | 'config'
    | 'Keras config'
    | 'Keras values'
    | 'mask'
    | 'input gradient'
    | 'weight gradient'
    | 'saving'
    | 'data format'
    | 'both data formats'
  /** Where the mask goes, or which data format. */
  readonly detail?: string
}

declare module 'vitest' {
  interface TaskMeta {
    layerFindings?: LayerFinding[]
  }
}

/** Notes with the running test what it checked of a layer, when it has; it counts where the whole test passes. */
export function noteLayerFinding(finding: LayerFinding): void {
  const test = TestRunner.getCurrentTest()
  if (test === undefined) return
  test.meta.layerFindings ??= []
  test.meta.layerFindings.push(finding)
}
