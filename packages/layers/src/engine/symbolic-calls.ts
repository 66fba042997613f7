import { ArgumentError } from '@tapegrad/core'
import { isNestedCall } from './call-context.ts'
import type { AnyLayer } from './layer.ts'
import type { SymbolicCall } from './symbolic-tensor.ts'

const calls: WeakMap<AnyLayer, SymbolicCall[]> = new WeakMap()

/** Lets a layer know a call of it; those within other calls only find out shapes. */
export function rememberCall(call: SymbolicCall): void {
  if (isNestedCall()) return
  const known = calls.get(call.layer)
  if (known === undefined) calls.set(call.layer, [call])
  else known.push(call)
}

/**
 * The only call of a layer on symbolic tensors.
 *
 * @throws {@link ArgumentError} where there is none, or more than one.
 */
export function onlyCall(layer: AnyLayer, property: 'input' | 'output'): SymbolicCall {
  const known = calls.get(layer) ?? []
  if (known.length === 1) return known[0]!
  throw new ArgumentError(`the layer has ${known.length === 0 ? 'no' : 'more than one'} ${property}`, {
    op: `${layer.className}.${property}`,
    received: { layer: layer.name, symbolicCalls: known.length },
    hint:
      known.length === 0
        ? 'apply it to a symbolic tensor first'
        : 'keep the symbolic tensors that its calls return',
  })
}
