import type { Callable, FunctionBuilder, ImportedFunction } from './function-builder.ts'
import { unsignedLeb128 } from './leb128.ts'
import { type Signature, valueTypeCodes } from './value-type.ts'

/** How a module sees its memory. */
export interface ModuleOptions {
  /** The maximum pages of a shared memory, which must be the memory's own. Without it the memory is not shared. */
  readonly sharedMemoryPages?: number
}

const section = { custom: 0, type: 1, import: 2, function: 3, export: 7, code: 10 } as const
const external = { function: 0, memory: 2 } as const
const functionType = 0x60
const functionNames = 1
const magicAndVersion = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]

/**
 * The binary of a module that exports functions under the names of their keys.
 *
 * The memory is imported as `env.memory`, host functions as `host.<name>`. Functions that are only called come along
 * without being exported. Function names are kept, so that errors and profiles show them.
 */
export function buildModule(
  exports: Readonly<Record<string, FunctionBuilder>>,
  options: ModuleOptions = {},
): Uint8Array<ArrayBuffer> {
  const { imported, defined } = collect(Object.values(exports))
  const all: readonly Callable[] = [...imported, ...defined]
  const indices = new Map(all.map((callable, index) => [callable, index]))
  const indexOf = (callable: Callable): number => indices.get(callable)!
  const types = new Map<string, number>()
  const typeIndices = all.map(({ signature }) => {
    const key = encodeType(signature).join()
    const index = types.get(key) ?? types.size
    types.set(key, index)
    return index
  })

  const importEntries = imported.map((entry, i) => [
    ...encodeName('host'),
    ...encodeName(entry.name),
    external.function,
    ...unsignedLeb128(typeIndices[i]!),
  ])
  const exportEntries = Object.entries(exports).map(([name, fn]) => [
    ...encodeName(name),
    external.function,
    ...unsignedLeb128(indexOf(fn)),
  ])
  const bodies = defined.map((fn) => withLength(fn.encode(indexOf)))
  const names = all.map((callable) => [...unsignedLeb128(indexOf(callable)), ...encodeName(callable.name)])

  return Uint8Array.from([
    ...magicAndVersion,
    ...encodeSection(section.type, vector([...types.keys()].map((key) => key.split(',').map(Number)))),
    ...encodeSection(section.import, vector([encodeMemory(options), ...importEntries])),
    ...encodeSection(section.function, vector(typeIndices.slice(imported.length).map(unsignedLeb128))),
    ...encodeSection(section.export, vector(exportEntries)),
    ...encodeSection(section.code, vector(bodies)),
    ...encodeSection(section.custom, [...encodeName('name'), functionNames, ...withLength(vector(names))]),
  ])
}

/** All functions that the exported ones reach; imports first, as their indices must be the lowest. */
function collect(exported: readonly FunctionBuilder[]): {
  imported: ImportedFunction[]
  defined: FunctionBuilder[]
} {
  const imported = new Set<ImportedFunction>()
  const defined = new Set<FunctionBuilder>(exported)
  // A set's iteration goes on to what is added meanwhile.
  for (const fn of defined) {
    for (const callee of fn.callees) {
      if (callee.kind === 'import') imported.add(callee)
      else defined.add(callee)
    }
  }
  return { imported: [...imported], defined: [...defined] }
}

function encodeType({ params, results }: Signature): number[] {
  const codes = [params, results].flatMap((list) => [
    ...unsignedLeb128(list.length),
    ...list.map((type) => valueTypeCodes[type]),
  ])
  return [functionType, ...codes]
}

function encodeMemory({ sharedMemoryPages }: ModuleOptions): number[] {
  const unshared = 0
  const sharedWithMaximum = 3
  const limits =
    sharedMemoryPages === undefined
      ? [unshared, 0]
      : [sharedWithMaximum, 0, ...unsignedLeb128(sharedMemoryPages)]
  return [...encodeName('env'), ...encodeName('memory'), external.memory, ...limits]
}

function encodeSection(id: number, content: readonly number[]): number[] {
  return [id, ...withLength(content)]
}

function encodeName(name: string): number[] {
  return withLength([...new TextEncoder().encode(name)])
}

/** A count, then the entries. */
function vector(entries: readonly (readonly number[])[]): number[] {
  return [...unsignedLeb128(entries.length), ...entries.flat()]
}

function withLength(content: readonly number[]): number[] {
  return [...unsignedLeb128(content.length), ...content]
}
