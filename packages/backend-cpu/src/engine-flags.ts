interface NodeProcess {
  readonly versions?: { readonly v8?: string }
  readonly getBuiltinModule?: (name: string) => { setFlagsFromString(flag: string): void } | undefined
}

/**
 * Sets a flag of V8, which holds for the whole process from now on.
 *
 * @param flag A flag that V8 has from version `since` on: where it does not know a flag, it prints an error.
 * @returns Whether it could be set: in Node only.
 */
export function setEngineFlag(flag: string, since: number): boolean {
  // Not an import, which would be one in bundles for browsers, too.
  const { process } = globalThis as { readonly process?: NodeProcess }
  const version = Number.parseInt(process?.versions?.v8 ?? '', 10)
  const v8 = version >= since ? process?.getBuiltinModule?.('node:v8') : undefined
  v8?.setFlagsFromString(flag)
  return v8 !== undefined
}
