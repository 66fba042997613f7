import type { GpuClass } from '../gpu-js.ts'

/** What of gpu.js's builder of shaders is used here: a kernel is the function `kernel`. */
interface FunctionBuilder {
  readonly functionMap: Readonly<Record<string, FunctionNode | undefined>>
  readonly nativeFunctionNames: readonly string[]
  traceFunctionCalls(name?: string, callers?: string[]): string[]
}

interface FunctionNode {
  readonly calledFunctions: readonly string[]
  /** Translates the function, which finds what it calls. */
  toString(): string
}

/**
 * Makes gpu.js write every function of a shader after those that it calls, without which WebGL does not compile it.
 *
 * gpu.js lists callers before callees and writes the list backwards; a function that it meets again it moves to the
 * end, but leaves what that calls where it was: then the function is written first. Here the list is in the order of
 * a search in depth, backwards.
 */
export function orderFunctions(GPU: GpuClass): void {
  const { FunctionBuilder: builder } = GPU as { FunctionBuilder?: { readonly prototype: FunctionBuilder } }
  if (builder === undefined) return
  builder.prototype.traceFunctionCalls = function (name = 'kernel', callers = []) {
    const calleesFirst: string[] = []
    const met = new Set(callers)
    const visit = (called: string): void => {
      if (met.has(called)) return
      met.add(called)
      const node = this.functionMap[called]
      node?.toString()
      node?.calledFunctions.forEach(visit)
      if (node !== undefined || this.nativeFunctionNames.includes(called)) calleesFirst.push(called)
    }
    visit(name)
    callers.push(...calleesFirst.reverse())
    return callers
  }
}
