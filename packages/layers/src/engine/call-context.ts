import type { Tensor } from '@tapegrad/core'

/** What nested calls of layers learn from the calls around them. */
export interface CallContext {
  readonly training: boolean
  /**
   * The activity terms of the outermost call so far: scopes within it must not dispose them. Null while shapes are
   * found out: there is no data that could be penalised.
   */
  readonly terms: Tensor[] | null
}

let current: CallContext | null = null

/** Whether a layer is being applied: calls made now are nested ones. */
export function isNestedCall(): boolean {
  return current !== null
}

/** Runs a layer's call; an unset `training` is the enclosing call's, or false. */
export function runInContext<T>(training: boolean | undefined, f: (context: CallContext) => T): T {
  const outer = current
  return runWith(
    { training: training ?? outer?.training ?? false, terms: outer === null ? [] : outer.terms },
    f,
  )
}

/** Runs what only finds out shapes: layers within it build themselves, and penalties do not count. */
export function runForShapes<T>(f: () => T): T {
  return runWith({ training: false, terms: null }, f)
}

/** Whether penalties that are added now belong to data. */
export function collectsTerms(): boolean {
  return current?.terms !== null
}

/** Keeps a term alive until the outermost call ends. */
export function keepTerm(term: Tensor): void {
  current?.terms?.push(term)
}

function runWith<T>(context: CallContext, f: (context: CallContext) => T): T {
  const outer = current
  current = context
  try {
    return f(context)
  } finally {
    current = outer
  }
}
