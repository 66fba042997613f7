import { UnsupportedError } from '@tapegrad/core'
import { expect, test } from 'vitest'
import { libraryNames, loadLibrary } from './library.ts'

const none = ['libno-such-blas.so.0', '/nowhere/libopenblas.so']

test.each([
  ['linux', 'apt-get install libopenblas0'],
  ['freebsd', 'apt-get install libopenblas0'],
  ['darwin', 'brew install openblas'],
  ['win32', 'libopenblas.dll'],
] as const)('without a library on %s it says what to install', (platform, what) => {
  expect(() => loadLibrary(undefined, none, platform)).toThrow(UnsupportedError)
  expect(() => loadLibrary(undefined, none, platform)).toThrow(
    /^blasBackend: no BLAS library with a C interface was found\.\n {2}libno-such-blas\.so\.0: .+\n {2}\/nowhere\/libopenblas\.so: /,
  )
  expect(() => loadLibrary(undefined, none, platform)).toThrow(what)
})

test('looks for no other library than the one that is named', () => {
  expect(() => loadLibrary('libno-such-blas.so.0')).toThrow(UnsupportedError)
  expect(() => loadLibrary('libno-such-blas.so.0')).toThrow(
    /the library does not load.*libno-such-blas\.so\.0: /s,
  )
})

test('a library that is no BLAS', (context) => {
  const names: Partial<Record<NodeJS.Platform, string>> = {
    linux: 'libm.so.6',
    darwin: '/usr/lib/libSystem.dylib',
    win32: 'kernel32.dll',
  }
  const name = names[process.platform]
  if (name === undefined) return context.skip('it is not known what other libraries this platform has')
  expect(() => loadLibrary(name)).toThrow(UnsupportedError)
  expect(() => loadLibrary(name)).toThrow('cblas_sgemm')
})

test('every platform has names of its own, OpenBLAS among them', () => {
  for (const names of Object.values(libraryNames)) {
    expect(names.some((name) => name.includes('openblas'))).toBe(true)
    expect(new Set(names).size).toBe(names.length)
  }
})
