import type { UserConfig } from 'tsdown'

/** How every package is built: one ES module and one declaration file for each entry. */
export function packageConfig(entry: Record<string, string>, more: UserConfig = {}): UserConfig {
  return {
    entry,
    format: 'esm',
    platform: 'neutral',
    deps: { neverBundle: [/^node:/] },
    target: 'es2022',
    dts: { oxc: true },
    fixedExtension: false,
    failOnWarn: true,
    logLevel: 'warn',
    report: false,
    ...more,
  }
}
